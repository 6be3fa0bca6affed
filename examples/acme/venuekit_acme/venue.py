"""Acme: its verbs as flows. A flow says what to send; the core sends it.

Source: docs/conformance/reference-protocol.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from venuekit.address import resolve_addresses
from venuekit.capability import Op, require
from venuekit.credential import Credentials
from venuekit.errors import NotSent, OutcomeUnknown
from venuekit.fill import Fill
from venuekit.instrument import FeeSchedule, Instrument
from venuekit.market import BookSnapshot, TradePrint
from venuekit.order import Accepted, Balance, Cancelled, NewOrder, OrderId, OrderReport
from venuekit.pages import follow_cursor
from venuekit.rules import check_client_id
from venuekit.units import NANOS_PER_MS, Nanos
from venuekit.venue import Feed, Venue
from venuekit.wire import Flow, Limit, Request
from venuekit_acme import parse, wire
from venuekit_acme.capability import CAPABILITIES, FEATURES
from venuekit_acme.codes import VENUE, read
from venuekit_acme.feed import AcmeFeed
from venuekit_acme.orders import CLIENT_ID, write_order
from venuekit_acme.signer import AcmeSigner

T = TypeVar("T")
R = TypeVar("R")
Params = Mapping[str, str]

HOSTS: Final = {"rest": "https://api.acme.example", "stream": "wss://stream.acme.example"}
READS: Final = Limit("reads", 600, 60.0)
ORDERS: Final = Limit("orders", 100, 10.0)


class Acme(Venue):
    """Acme's spot markets. `hosts` replaces the base URLs by name: `rest`, `stream`."""

    id = VENUE
    capabilities = CAPABILITIES
    features = FEATURES
    limits = (READS, ORDERS)

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        """Prepare the keys. Raises: ValueError for an unknown host name."""
        self._urls = resolve_addresses(VENUE, HOSTS, hosts)
        self.hosts = self._urls.hosts
        has_keys = credentials is not None and credentials.api_key and credentials.api_secret
        self._signer = AcmeSigner(credentials) if credentials is not None and has_keys else None

    # ── market side ──

    def instruments(self) -> Flow[Sequence[Instrument]]:
        """List every market."""
        response = yield self._get("markets", {})
        return read(response, wire.Markets, lambda told: [parse.to_instrument(each) for each in told.markets])

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        """Fetch one book; depth 0 asks for all of it."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.BOOK)
        response = yield self._get("book", {"symbol": instrument.venue_symbol, "depth": str(depth)})
        return read(response, wire.Book, lambda told: parse.to_snapshot(instrument.symbol, told, is_whole=not depth))

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        """Fetch the last public trades, oldest first."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.TRADES)
        response = yield self._get("trades", {"symbol": instrument.venue_symbol, "limit": str(limit)})
        return read(
            response, wire.Trades, lambda told: [parse.to_print(instrument.symbol, each) for each in told.trades[::-1]]
        )

    def feed(self, instruments: Sequence[Instrument]) -> Feed:
        """Make the stream of books and trades."""
        for instrument in instruments:
            require(VENUE, CAPABILITIES, instrument.kind, Op.FEED)
        return AcmeFeed(instruments, f"{self._urls['stream']}/v1/stream")

    def fees(self, instrument: Instrument, now: Nanos) -> Flow[FeeSchedule]:
        """Tell this account's rates; the public ones where there are no keys."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.FEES)
        if self._signer is None and instrument.fees is not None:
            return instrument.fees
        response = yield self._signed(self._get("fees", {"symbol": instrument.venue_symbol}), now)
        return read(response, wire.Fees, lambda told: parse.to_fees(told, instrument.kind))

    # ── account side ──

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        """Place one order. Raises: Invalid, Unsupported, Refused, OutcomeUnknown."""
        require(VENUE, CAPABILITIES, order.instrument.kind, Op.SUBMIT)
        response = yield self._signed(self._write("POST", "orders", write_order(order)), now)
        accepted = read(response, wire.Order, parse.to_accepted)
        if accepted.client_id != order.client_id:
            raise OutcomeUnknown(f"the answer is about {accepted.client_id!r}", venue=VENUE)
        return accepted

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        """Take one order off. Raises: OrderGone for one that does not rest: it may be filled."""
        require(VENUE, CAPABILITIES, order.instrument.kind, Op.CANCEL)
        response = yield self._signed(self._write("DELETE", f"orders/{_name(order)}"), now)
        return read(response, wire.Order, parse.to_cancelled)

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        """Tell one order's state. Raises: OrderGone when the venue knows nothing of it."""
        require(VENUE, CAPABILITIES, order.instrument.kind, Op.QUERY)
        response = yield self._signed(self._get(f"orders/{_name(order)}", {}), now)
        return read(response, wire.Order, parse.to_report)

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        """List the orders that rest, of one market or of all."""
        asked = {"symbol": instrument.venue_symbol} if instrument is not None else {}
        return (
            yield from self._pages(
                "orders",
                asked,
                now,
                wire.Orders,
                lambda told: ([parse.to_report(each) for each in told.orders], told.cursor),
            )
        )

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        """List our trades since a time, oldest first."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.FILLS)
        asked = {"symbol": instrument.venue_symbol, "since": str(since // NANOS_PER_MS)}
        return (
            yield from self._pages(
                "fills",
                asked,
                now,
                wire.Fills,
                lambda told: ([parse.to_fill(each) for each in told.fills], told.cursor),
            )
        )

    def balances(self, now: Nanos) -> Flow[Sequence[Balance]]:
        """List what the account holds."""
        response = yield self._signed(self._get("balances", {}), now)
        return read(response, wire.Balances, lambda told: [parse.to_balance(each) for each in told.balances])

    # ── requests ──

    def _pages(
        self, path: str, asked: Params, now: Nanos, shape: type[T], convert: Callable[[T], tuple[list[R], str]]
    ) -> Flow[Sequence[R]]:
        return (
            yield from follow_cursor(
                VENUE,
                lambda cursor: self._signed(self._get(path, {**asked, "cursor": cursor}), now),
                lambda response: read(response, shape, convert),
            )
        )

    def _get(self, path: str, asked: Params) -> Request:
        query = urlencode({name: value for name, value in asked.items() if value})
        return Request(
            method="GET", url=f"{self._urls['rest']}/v1/{path}", query=query, safe=True, cost=((READS.name, 1),)
        )

    def _write(self, method: str, path: str, body: Any = None) -> Request:
        return Request(
            method=method,
            url=f"{self._urls['rest']}/v1/{path}",
            headers=(("content-type", "application/json"),) if body is not None else (),
            body=msgspec.json.encode(body) if body is not None else b"",
            cost=((ORDERS.name, 1),),
        )

    def _signed(self, request: Request, now: Nanos) -> Request:
        if self._signer is None:
            raise NotSent("this needs an API key and its secret", venue=VENUE)
        return self._signer.sign(request, now)


def _name(order: OrderId) -> str:
    return quote(order.venue_id, safe="") or f"by-client/{check_client_id(order.client_id, CLIENT_ID, VENUE)}"
