"""Decide where a node's quantity goes: the node and the books in, one event out.

Pure but for what it reads of the books. The decision is journalled with its inputs' digest, so `why` can be told later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Final

from msgspec.structs import replace

from venuekit.errors import RejectReason
from venuekit.graph.event import Intent as ChildIntent
from venuekit.graph.event import NodeRejected, Routed
from venuekit.graph.model import Node, Policy, node_order_id
from venuekit.order import OrderType, TimeInForce
from venuekit.route.candidate import Candidate, Excluded
from venuekit.route.cost import CostParams
from venuekit.route.intent import Intent
from venuekit.route.leg import Leg
from venuekit.route.plan import Residual, Route, route
from venuekit.route.room import room_of
from venuekit.side import Side
from venuekit.units import QTY_SCALE, Nanos, Px, Qty, floor_to
from venuekit_engine.market.candidates import AccessTo, gather
from venuekit_engine.market.terms import Terms
from venuekit_engine.runtime.market import Market

# When every venue is left out, the first of these that occurs is the reason given.
BLAME: Final = (
    RejectReason.INSUFFICIENT_BALANCE,
    RejectReason.STALE_VENUE,
    RejectReason.AUTH,
    RejectReason.NETWORK,
    RejectReason.BAD_VENUE,
)
REASONS: Final[Mapping[Residual, RejectReason]] = {
    Residual.BOUND: RejectReason.PRICE_DEVIATION,
    Residual.DEPTH: RejectReason.EXCHANGE_REJECT,
    Residual.MINIMUM: RejectReason.EXCHANGE_REJECT,
    Residual.POST_ONLY: RejectReason.EXCHANGE_REJECT,
    Residual.NONE: RejectReason.UNKNOWN,
    Residual.NO_VENUE: RejectReason.BAD_VENUE,
}
# Names of their own, because to look a member up in its class costs as much as a call (CPython 3.11).
_MARKET: Final = OrderType.MARKET
_LIMIT: Final = OrderType.LIMIT
_GTC: Final = TimeInForce.GTC
_IOC: Final = TimeInForce.IOC
_FOK: Final = TimeInForce.FOK


def decide(
    graph_id: str, node: Node, market: Market, now: Nanos, *, access: AccessTo, terms: Terms, seq: int = 1
) -> Routed | NodeRejected:
    """Route a node on the books as they are now."""
    candidates, missing = gather(market, node.symbol, None, now, access)
    qty = node.qty or _from_notional(node, candidates)
    if not qty:
        return NodeRejected(
            node.node_id, RejectReason.STALE_VENUE, "no price to turn the notional into a quantity", now
        )
    intent = intent_of(node, qty)
    work = _route_whole if node.tif is _FOK else route
    found, left_out = terms.apply(node.urgency, lambda params: work(intent, candidates, params))
    excluded = (*missing, *found.excluded)
    legs = found.legs if found.rest is None else _with_rest(found.legs, found.rest, candidates)
    if not legs and _is_refusal(node, found):
        reason, message = _blame(found, excluded)
        return NodeRejected(node.node_id, reason, message, now)
    placed = sum([leg.qty for leg in legs])
    bid, ask = _touch(candidates)
    order_id = node_order_id(graph_id, node.node_id, seq)
    return Routed(
        node_id=node.node_id,
        seq=seq,
        target=qty,
        legs=tuple([_child(leg_id(order_id, index), node, leg, found) for index, leg in enumerate(legs)]),
        residual=Qty(qty - placed),
        reason=found.why.value if placed < qty else "",
        digest=found.digest,
        bid=bid,
        ask=ask,
        cost_1e8=found.cost.total,
        excluded={each.venue: f"{each.reason.value}: {each.detail}" for each in excluded},
        ts=now,
        left_out=dict(left_out),
    )


def intent_of(node: Node, qty: Qty) -> Intent:
    """Say to the router what a node wants."""
    return Intent(
        symbol=node.symbol,
        side=node.side,
        qty=qty,
        limit=node.px,
        max_slippage=node.max_slippage,
        venue=node.venue or "",
        rests=node.type is _LIMIT and node.tif is _GTC and node.policy is Policy.SOR,
        post_only=node.post_only,
    )


def leg_id(order_id: str, index: int) -> str:
    """Derive a child order's client id: 32 hex digits, which every venue accepts, and the same after a restart."""
    return blake2b(f"{order_id}/{index}".encode(), digest_size=16).hexdigest()


def _with_rest(legs: Sequence[Leg], rest: Leg, candidates: Sequence[Candidate]) -> tuple[Leg, ...]:
    """Add what rests. Where its venue is also taken from, both go as one order, or they would race each other.

    They stay two where the venue would not take one so large, or not hold back its whole price.
    """
    beside = [leg for leg in legs if leg.venue != rest.venue]
    whole = Qty(rest.qty + sum(leg.qty for leg in legs if leg.venue == rest.venue))
    home = next(each for each in candidates if each.venue == rest.venue)
    fees = home.instrument.fees
    room = room_of(home, rest.side, (fees.taker if fees else 0) or 0, rest.px, whole)
    if len(beside) == len(legs) or (room is not None and room < whole):
        return (*legs, rest)
    return (*beside, replace(rest, qty=whole))


def _child(client_id: str, node: Node, leg: Leg, found: Route) -> ChildIntent:
    rests = found.rest is not None and all(leg is not taken for taken in found.legs) and leg.venue == found.rest.venue
    market = node.type is _MARKET and node.max_slippage is None
    return ChildIntent(
        client_id=client_id,
        node_id=node.node_id,
        venue=leg.venue,
        symbol=leg.instrument.symbol,
        venue_symbol=leg.instrument.venue_symbol,
        side=leg.side,
        qty=leg.qty,
        type=_MARKET if market else _LIMIT,
        px=None if market else leg.px,
        tif=_GTC if rests else (node.tif if node.tif is _FOK else _IOC),
        post_only=rests and node.post_only,
    )


def _route_whole(intent: Intent, candidates: Sequence[Candidate], params: CostParams | None) -> Route:
    """Fill or kill: the whole at one venue, because no two venues can promise it together."""
    split = route(intent, candidates, params)
    # Each is measured from the same reference, or the venue with the worst mid would look best.
    fixed = replace(intent, reference=split.reference)
    routes = [route(fixed, [each], params) for each in candidates]
    whole = [each for each in routes if each.legs and not each.residual]
    if whole:
        return min(whole, key=lambda each: (each.cost.total, each.legs[0].venue))
    why = Residual.DEPTH if split.legs else split.why
    return replace(split, legs=(), filled=Qty(0), residual=intent.qty, why=why, rest=None)


def _is_refusal(node: Node, found: Route) -> bool:
    # An IOC order whose limit nobody meets has simply traded nothing; everything else is a refusal.
    return not (found.why is Residual.BOUND and node.px is not None and node.max_slippage is None)


def _blame(found: Route, excluded: Sequence[Excluded]) -> tuple[RejectReason, str]:
    if found.why is not Residual.NO_VENUE:
        return REASONS[found.why], found.why.value
    named = [each for each in excluded if "pinned" not in each.detail] or list(excluded)
    told = "; ".join(map(str, named)) or "no venue has a book of the symbol"
    return next((reason for reason in BLAME if _occurs(reason, named)), RejectReason.BAD_VENUE), told


def _occurs(reason: RejectReason, excluded: list[Excluded]) -> bool:
    return any(each.reason is reason for each in excluded)


def _touch(candidates: list[Candidate]) -> tuple[Px, Px]:
    """Give the best bid and ask of the books that may be used, 0 where there is none."""
    bids, asks = [], []
    for quote in [each.quote for each in candidates]:
        if quote.serves(Side.SELL):
            bids.append(quote.bid_px)
        if quote.serves(Side.BUY):
            asks.append(quote.ask_px)
    return max(bids, default=Px(0)), min(asks, default=Px(0))


def _from_notional(node: Node, candidates: list[Candidate]) -> Qty:
    buys = node.side.buys
    usable = [each for each in candidates if node.venue in (None, each.venue)]
    touches = [each.quote.ask_px if buys else each.quote.bid_px for each in usable if each.quote.serves(node.side)]
    if node.notional is None or not touches:
        return Qty(0)
    px = min(touches) if buys else max(touches)
    lot = min(each.instrument.lot for each in usable)
    return Qty(floor_to(node.notional * QTY_SCALE // px, lot))
