"""Positions as the public API shows them, valued in dollars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from venuekit.units import QTY_SCALE, Nanos, Px
from venuekit_engine.answer import POSITION_KINDS, Positions, PositionView, Totals
from venuekit_engine.ledger.holding import Holding
from venuekit_engine.refusal import Detail, InvalidParams


def view_positions(
    holdings: Iterable[Holding],
    usd: Callable[[str], Px | None],
    now: Nanos,
    *,
    venues: Sequence[str] | None,
    kinds: Sequence[str] | None,
    include_closed: bool,
) -> Positions:
    """List holdings with their totals; what is empty counts as closed. Raises: InvalidParams for an unknown kind."""
    unknown = sorted(set(kinds or ()) - set(POSITION_KINDS))
    if unknown:
        raise InvalidParams(
            "unknown kind", [Detail("kinds", f"expected {', '.join(POSITION_KINDS)}, found {unknown[0]!r}")]
        )
    views: list[PositionView] = []
    cash = 0
    for holding in holdings:
        if (venues and holding.venue not in venues) or (kinds and holding.kind not in kinds):
            continue
        if holding.qty or include_closed:
            view = _view(holding, usd(holding.asset))
            views.append(view)
            cash += view.current_value_usd_1e9 if holding.is_cash else 0
    return Positions(views, _totals(views, cash), now)


def _view(holding: Holding, px: Px | None) -> PositionView:
    price = px or 0
    worth = holding.qty * price // QTY_SCALE
    gained = (price - holding.entry) * holding.qty // QTY_SCALE if px and not holding.is_cash else 0
    named = (
        {"kind": "fiat", "code": holding.asset}
        if holding.kind == "fiat"
        else {"kind": "crypto", "symbol": holding.asset}
    )
    return PositionView(
        id=holding.id,
        venue=holding.venue,
        instrument=named,
        qty_1e8=holding.qty,
        locked_qty_1e8=holding.locked,
        available_qty_1e8=holding.free,
        entry_price_usd_1e9=holding.entry,
        current_price_usd_1e9=price,
        current_value_usd_1e9=worth,
        unrealized_pnl_usd_1e9=gained,
        realized_pnl_usd_1e9=holding.realized,
        fees_usd_1e9=holding.fees,
        lifecycle={"state": "active" if holding.qty else "closed"},
        transferable=not holding.sandbox,
        settled=False,
        settled_mark_usd_1e9=None,
    )


def _totals(views: Sequence[PositionView], cash: int) -> Totals:
    return Totals(
        nav_usd_1e9=sum(view.current_value_usd_1e9 for view in views),
        cash_usd_1e9=cash,
        unrealized_pnl_usd_1e9=sum(view.unrealized_pnl_usd_1e9 for view in views),
        realized_pnl_usd_1e9=sum(view.realized_pnl_usd_1e9 for view in views),
        fees_usd_1e9=sum(view.fees_usd_1e9 for view in views),
        num_positions=len(views),
    )
