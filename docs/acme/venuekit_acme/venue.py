"""Acme: lists its markets and takes limit orders. The API is made up; no such venue exists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import msgspec

from venuekit.address import resolve_addresses
from venuekit.answer import understand
from venuekit.capability import Capabilities, Capability, Feature, Features, Op, Support, require
from venuekit.credential import Credentials
from venuekit.errors import OutcomeUnknown, Refused, RejectReason, Unsupported
from venuekit.grid import Grid, read_grid
from venuekit.instrument import Instrument, Kind
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, NewOrder, OrderType
from venuekit.units import Nanos, format_px, format_qty, parse_px, parse_qty
from venuekit.venue import Venue
from venuekit.wire import Flow, Limit, Request, Response

T = TypeVar("T")
R = TypeVar("R")

VENUE: Final = "acme"
HOSTS: Final = {"rest": "https://api.acme.example"}
COST: Final = (("requests", 1),)
NATIVE: Final = Capability(Support.NATIVE)
LATER: Final = Capability(Support.PLANNED, "not written yet")
CAPABILITIES: Final[Capabilities] = {
    Kind.SPOT: {**dict.fromkeys(Op, LATER), Op.INSTRUMENTS: NATIVE, Op.SUBMIT: NATIVE},
}
FEATURES: Final[Features] = {
    Kind.SPOT: {**dict.fromkeys(Feature, LATER), Feature.LIMIT: NATIVE, Feature.GTC: NATIVE},
}
REFUSALS: Final = {400: RejectReason.INVALID_PARAMS, 401: RejectReason.AUTH, 402: RejectReason.INSUFFICIENT_BALANCE}


class Market(msgspec.Struct, frozen=True):
    """One market, in Acme's spelling."""

    name: str
    base: str
    quote: str
    tick: str
    lot: str


class Placed(msgspec.Struct, frozen=True):
    """The answer to an order."""

    id: str


class Acme(Venue):
    """Acme's spot markets."""

    id = VENUE
    capabilities = CAPABILITIES
    features = FEATURES
    limits = (Limit("requests", 10, 1.0),)

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        self._urls = resolve_addresses(VENUE, HOSTS, hosts)
        self.hosts = self._urls.hosts
        self._key = credentials.api_key if credentials else ""

    def instruments(self) -> Flow[Sequence[Instrument]]:
        """List the markets. Raises: Refused, OutcomeUnknown."""
        response = yield Request(method="GET", url=f"{self._urls['rest']}/markets", safe=True, cost=COST)
        return read(response, list[Market], lambda markets: [to_instrument(market) for market in markets])

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        """Place one limit order. Raises: Unsupported before the wire; Refused; OutcomeUnknown."""
        require(VENUE, CAPABILITIES, order.instrument.kind, Op.SUBMIT)
        if order.type is not OrderType.LIMIT or order.px is None:
            raise Unsupported("takes limit orders only", venue=VENUE)
        told = {
            "market": order.instrument.venue_symbol,
            "side": order.side.value,
            "price": format_px(order.px),
            "size": format_qty(order.qty),
            "client_id": order.client_id,
        }
        response = yield Request(
            method="POST",
            url=f"{self._urls['rest']}/orders",
            headers=(("content-type", "application/json"), ("x-acme-key", self._key)),
            body=msgspec.json.encode(told),
            cost=COST,
        )
        return read(response, Placed, lambda placed: to_accepted(placed, order))


def read(response: Response, shape: type[T], convert: Callable[[T], R]) -> R:
    """Judge an answer, and decode it where it is good. Raises: Refused with the venue's word, else OutcomeUnknown."""
    status = response.status
    if reason := REFUSALS.get(status):
        raise Refused(response.body.decode(errors="replace"), venue=VENUE, reason=reason, code=str(status))
    if status != 200:
        raise OutcomeUnknown("the venue failed", venue=VENUE, code=str(status))
    return understand(VENUE, response, lambda body: convert(msgspec.json.decode(body, type=shape)))


def to_instrument(market: Market) -> Instrument:
    """Read one market."""
    grid = read_grid(lambda: Grid(tick=parse_px(market.tick), lot=parse_qty(market.lot)))
    return Instrument(
        symbol=f"{market.base}-{market.quote}",
        kind=Kind.SPOT,
        venue=VENUE,
        venue_symbol=market.name,
        base=market.base,
        quote=market.quote,
        tick=grid.tick,
        lot=grid.lot,
        untradable=grid.misfit,
    )


def to_accepted(placed: Placed, order: NewOrder) -> Accepted:
    """Read the answer to an order: Acme tells of fills on its stream only."""
    return Accepted(client_id=order.client_id, venue_id=placed.id, state=OrderState.ACCEPTED)
