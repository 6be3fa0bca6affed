"""Level 2, trade: submit, follow, cancel.

Every submission carries a `graph_id`, the caller's or one that the client draws, so that sending it again is safe.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from venuekit_sdk.call import Call, Repeat, Script, ask, pause, segment
from venuekit_sdk.fixed import PX_DECIMALS, Money, to_number, to_px, to_qty
from venuekit_sdk.ids import graph_id_of
from venuekit_sdk.result.graph import GraphStatus, Submission
from venuekit_sdk.result.order import Fills, Order, Orders

Urgency = Literal["low", "medium", "high"]
Policy = Literal["sor", "ioc_sweep", "passive_limit", "aggressive_chase", "passive_ladder", "time_drip"]
Tif = Literal["GTC", "IOC", "FOK"]
InstrumentType = Literal["spot", "perp", "prediction"]
NODE: Final = "order"
POLL_S: Final = (0.01, 0.02, 0.05, 0.1, 0.2)


def buy(
    symbol: str,
    qty: Money | None = None,
    *,
    notional: Money | None = None,
    limit_price: Money | None = None,
    venue: str | None = None,
    urgency: Urgency | None = None,
    policy: Policy | None = None,
    max_slippage_bps: int | None = None,
    horizon_ms: int | None = None,
    tif: Tif | None = None,
    instrument_type: InstrumentType = "spot",
    sandbox: bool = False,
    graph_id: str | None = None,
) -> Call[Submission]:
    """Buy `qty` base units, or for `notional` dollars; the router chooses the venues unless `venue` pins one.

    Raises: ValueError before anything is sent; Refused; OutcomeUnknown when the order may be live.
    """
    execution = _given(
        urgency=urgency, policy=policy, max_slippage_bps=max_slippage_bps, horizon_ms=horizon_ms, tif=tif
    )
    terms = _terms("buy", symbol, qty, notional, limit_price, venue, instrument_type, execution)
    return _submit(terms, sandbox, graph_id)


def sell(
    symbol: str,
    qty: Money | None = None,
    *,
    notional: Money | None = None,
    limit_price: Money | None = None,
    venue: str | None = None,
    urgency: Urgency | None = None,
    policy: Policy | None = None,
    max_slippage_bps: int | None = None,
    horizon_ms: int | None = None,
    tif: Tif | None = None,
    instrument_type: InstrumentType = "spot",
    sandbox: bool = False,
    graph_id: str | None = None,
) -> Call[Submission]:
    """Sell `qty` base units, or for `notional` dollars. As `buy` in everything else."""
    execution = _given(
        urgency=urgency, policy=policy, max_slippage_bps=max_slippage_bps, horizon_ms=horizon_ms, tif=tif
    )
    terms = _terms("sell", symbol, qty, notional, limit_price, venue, instrument_type, execution)
    return _submit(terms, sandbox, graph_id)


def graph_status(graph_id: str) -> Call[GraphStatus]:
    """Tell how a graph stands. Raises: NotFound."""
    return Call(method="GET", path=_graph_path(graph_id), result=GraphStatus)


def order(node_order_id: str) -> Call[Order]:
    """Tell how one node order stands; `graph:<graph_id>:<node_id>:<seq>`. Raises: NotFound."""
    return Call(method="GET", path=f"/v1/orders/{segment(node_order_id)}", result=Order)


def orders(limit: int = 50, offset: int = 0, symbol: str | None = None) -> Call[Orders]:
    """List orders, newest first."""
    query = {"limit": limit, "offset": offset, "symbol": symbol}
    return Call(method="GET", path="/v1/orders", query=query, result=Orders)


def fills(limit: int = 50, offset: int = 0, symbol: str | None = None) -> Call[Fills]:
    """List fills, newest first."""
    query = {"limit": limit, "offset": offset, "symbol": symbol}
    return Call(method="GET", path="/v1/fills", query=query, result=Fills)


def cancel(order_or_graph_id: str) -> Script[GraphStatus]:
    """Cancel every active node of a graph, named by itself or by one of its orders; fills stay.

    Raises: ValueError for a name that is neither; NotFound; Conflict.
    """
    graph_id = graph_id_of(order_or_graph_id)
    gone: Call[GraphStatus | None] = Call(method="DELETE", path=_graph_path(graph_id), result=GraphStatus | None)
    # Some servers answer a cancel with an empty body; what became of it is asked for then.
    return (yield from ask(gone)) or (yield from ask(graph_status(graph_id)))


def wait(graph_id: str, timeout: float = 10.0) -> Script[GraphStatus]:
    """Follow a graph until it ends or `timeout` seconds have passed; `is_terminal` tells which."""
    start = now = yield from pause(0)
    turn = 0
    while True:
        status = yield from ask(graph_status(graph_id))
        left = start + timeout - now
        if status.is_terminal or left <= 0:
            return status
        now = yield from pause(min(POLL_S[min(turn, len(POLL_S) - 1)], left))
        turn += 1


def _terms(
    side: str,
    symbol: str,
    qty: Money | None,
    notional: Money | None,
    limit_price: Money | None,
    venue: str | None,
    instrument_type: str,
    execution: dict[str, Any],
) -> dict[str, Any]:
    px = None if limit_price is None else to_px(limit_price)
    if qty is not None and notional is None:
        return _node(side, symbol, to_qty(qty), px, venue, instrument_type, execution)
    if notional is None or qty is not None:
        raise ValueError("give qty or notional, one of them")
    money = to_number(to_px(notional, "notional"), PX_DECIMALS)
    price = None if px is None else to_number(px, PX_DECIMALS)
    return _given(symbol=symbol, side=side, notional=money, price=price, venue=venue) | execution


def _node(
    side: str,
    symbol: str,
    qty_1e8: int,
    px_1e9: int | None,
    venue: str | None,
    instrument_type: str,
    execution: dict[str, Any],
) -> dict[str, Any]:
    node = {
        "node_id": NODE,
        "instrument": {"symbol": symbol, "type": instrument_type, "venue": venue},
        "side": side,
        "order_type": "market" if px_1e9 is None else {"limit": {"price_1e9": px_1e9}},
        "quantity": {"fixed": {"qty_1e8": qty_1e8}},
        "execution": execution,
        "activation": "root",
    }
    return {"nodes": [node], "edges": []}


def _submit(terms: dict[str, Any], sandbox: bool, graph_id: str | None) -> Call[Submission]:
    body = terms | {"is_sandbox": sandbox} | _given(graph_id=graph_id)
    return Call(method="POST", path="/v1/orders", body=body, result=Submission, repeat=Repeat.KEYED)


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _graph_path(graph_id: str) -> str:
    return f"/v1/execution_graphs/{segment(graph_id)}"
