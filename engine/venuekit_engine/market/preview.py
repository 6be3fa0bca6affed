"""What an order would cost: reads the client's payload, asks the router, answers in the public shape.

Used by the door. What must stay true: every fault of a payload is told at once, and nothing is ever sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from venuekit.book.nbbo import Nbbo
from venuekit.graph.fault import Fault
from venuekit.graph.field import Fields
from venuekit.order import OrderType
from venuekit.route.intent import Intent, Urgency
from venuekit.route.leg import Leg
from venuekit.route.preview import Preview, preview
from venuekit.side import Side
from venuekit.units import QTY_SCALE, Nanos, Px, Qty, Rate, bps_of, parse_px, parse_qty
from venuekit_engine import answer
from venuekit_engine.market.candidates import gather
from venuekit_engine.market.catalog import Catalog
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.quotes import BPS, source_of, spread_bps
from venuekit_engine.market.terms import Terms
from venuekit_engine.refusal import Detail, Unprocessable


class Asked(msgspec.Struct, frozen=True):
    """A payload that was read. `symbol` is the client's spelling."""

    symbol: str
    side: Side
    qty: Qty
    price: Px | None
    venue: str


def read_asked(payload: Mapping[str, Any]) -> Asked:
    """Read a payload. Raises: Unprocessable with a detail for each fault."""
    faults: list[Fault] = []
    fields = Fields(payload, "", faults)
    symbol = fields.text("symbol", required=True)
    side = fields.choice("side", Side, required=True)
    qty = fields.decimal("qty", parse_qty)
    price = fields.decimal("price", parse_px) if fields.has("price") else None
    kind = fields.choice("order_type", OrderType) or (OrderType.MARKET if price is None else OrderType.LIMIT)
    venue = fields.text("venue", longest=32)
    if kind is OrderType.LIMIT and not fields.has("price"):
        fields.fault("price", "is required for a limit order")
    if kind is OrderType.MARKET and fields.has("price"):
        fields.fault("price", "a market order has no price")
    if faults or symbol is None or side is None or qty is None:
        raise refused(faults)
    return Asked(symbol, side, Qty(qty), None if price is None else Px(price), (venue or "").lower())


def check_venue(catalog: Catalog, symbol: str, venue: str) -> None:
    """Refuse a pin to a venue that does not list the symbol. Raises: Unprocessable."""
    listed = catalog.listings(symbol)
    if venue and venue not in listed:
        raise refused(
            [Fault("venue", f"expected one that lists {symbol} ({', '.join(sorted(listed))}), found {venue!r}")]
        )


def refused(faults: list[Fault]) -> Unprocessable:
    """Make the refusal of a payload."""
    return Unprocessable("the order is not valid", [Detail(fault.field, fault.message) for fault in faults])


def make_preview(hub: MarketHub, symbol: str, asked: Asked, now: Nanos, terms: Terms) -> answer.Preview:
    """Route an order for a canonical symbol and send nothing."""
    found, missing = gather(hub, symbol, asked.venue or None, now)
    intent = Intent(symbol=symbol, side=asked.side, qty=asked.qty, limit=asked.price, venue=asked.venue)
    figures, failed = terms.apply(Urgency.MEDIUM, lambda params: preview(intent, found, params))
    market = hub.consolidated(symbol)
    left_out = {each.venue: f"{each.reason.value}, {each.detail}" for each in (*missing, *figures.route.excluded)}
    return _answer(
        asked,
        symbol,
        figures,
        market.nbbo(now) if market is not None else Nbbo(None, None),
        source_of([each.quote for each in found]).value,
        left_out | {f"cost term {name}": why for name, why in failed.items()},
        now,
    )


def _answer(
    asked: Asked, symbol: str, figures: Preview, nbbo: Nbbo, source: str, excluded: dict[str, str], now: Nanos
) -> answer.Preview:
    route = figures.route
    routed = bool(route.legs)
    return answer.Preview(
        symbol=symbol,
        side=asked.side.value,
        qty_1e8=asked.qty,
        candidate_venues=list(figures.venues),
        best_venue=figures.best_venue or None,
        estimated_fee_bps=_bps(figures.fee, routed),
        worst_case_fee_bps=_bps(figures.worst_fee, routed),
        estimated_slippage_bps=_bps(figures.slippage, routed),
        estimated_total_cost_bps=_bps(figures.total, routed),
        historical_ttff=None,
        nbbo=_nbbo(nbbo),
        source=source,
        generated_at_ns=now,
        legs=[_leg(leg, route.reference or leg.px) for leg in route.legs],
        residual_qty_1e8=route.residual,
        excluded=excluded,
    )


def _nbbo(nbbo: Nbbo) -> answer.NbboPx:
    bid, ask = (best.px if best is not None else None for best in (nbbo.bid, nbbo.ask))
    return answer.NbboPx(bid, ask, nbbo.mid, spread_bps(nbbo))


def _leg(leg: Leg, reference: Px) -> answer.PreviewLeg:
    average = leg.value * QTY_SCALE // leg.qty
    fee_bps = leg.fee * BPS / (leg.value or 1)
    slippage_bps = leg.side.sign * (average - reference) * BPS / reference
    return answer.PreviewLeg(leg.venue, leg.side.value, leg.qty, leg.px, average, slippage_bps + fee_bps, fee_bps)


def _bps(rate: Rate, routed: bool) -> float | None:
    return bps_of(rate) if routed else None
