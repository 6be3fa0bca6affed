"""The reference venue: its verbs as flows.

Built by the suite and its mutants. What must stay true: every request is written by `Caller`, every answer is judged
by `answers.read`, and no verb that `capability.py` denies makes a request.
Source: docs/conformance/reference-protocol.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from venuekit.address import resolve_addresses
from venuekit.capability import Mode, Op, require
from venuekit.credential import Credentials
from venuekit.errors import NotSent
from venuekit.fill import Fill
from venuekit.instrument import FeeSchedule, Instrument
from venuekit.market import BookSnapshot, TradePrint
from venuekit.order import Accepted, Balance, Cancelled, NewOrder, OpenOrder, OrderId, OrderReport, Redeemed
from venuekit.position import Position, Settlement
from venuekit.rules import check_decrease
from venuekit.units import NANOS_PER_MS, Nanos, Qty, format_qty
from venuekit.venue import AccountFeed, BatchItem, CancelItem, Feed, Venue
from venuekit.wire import Flow, Limit
from venuekit_testkit.reference import batch, endpoints, pages, parse, wire
from venuekit_testkit.reference.account import ReferenceAccountFeed
from venuekit_testkit.reference.answers import read
from venuekit_testkit.reference.caller import Caller
from venuekit_testkit.reference.capability import CAPABILITIES, FEATURES
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.feed import ReferenceFeed
from venuekit_testkit.reference.orders import (
    amend_body,
    check,
    check_amend,
    check_batch,
    check_name,
    keeps_place,
    name_body,
    place_body,
)

HOSTS: Final[Mapping[str, str]] = {
    "rest": "https://api.reference.example",
    "stream": "wss://stream.reference.example",
}
WORDS: Final = {kind: word for word, (kind, _) in parse.KINDS.items()}


class ReferenceVenue(Venue):
    """The venue. `hosts` replaces the base URLs by name: `rest`, `stream`."""

    id = VENUE
    capabilities = CAPABILITIES
    features = FEATURES
    limits: Sequence[Limit] = endpoints.LIMITS

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        """Prepare the keys. Raises: ValueError for an unknown host name."""
        self._urls = resolve_addresses(VENUE, HOSTS, hosts)
        self.hosts = self._urls.hosts
        self._caller = Caller(self._urls["rest"], credentials)

    # ── market side ──

    def instruments(self) -> Flow[Sequence[Instrument]]:
        """List every market."""
        response = yield self._caller.public(endpoints.MARKETS)
        return read(response, wire.Markets, lambda told: [parse.to_instrument(market) for market in told.markets])

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        """Fetch one book; depth 0 asks for all of it."""
        self._require(Op.BOOK, instrument)
        params = [("symbol", instrument.venue_symbol), ("depth", str(depth))]
        response = yield self._caller.public(endpoints.BOOK, params)
        return read(response, wire.Book, lambda told: parse.to_snapshot(instrument.symbol, told, is_whole=not depth))

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        """Fetch the last public trades; the venue gives the newest first, we the oldest."""
        self._require(Op.TRADES, instrument)
        params = [("symbol", instrument.venue_symbol), ("limit", str(limit))]
        response = yield self._caller.public(endpoints.TRADES, params)
        return read(
            response, wire.Trades, lambda told: [parse.to_print(instrument.symbol, one) for one in told.trades[::-1]]
        )

    def feed(self, instruments: Sequence[Instrument]) -> Feed:
        """Make the stream of books and trades."""
        for instrument in instruments:
            self._require(Op.FEED, instrument)
        return ReferenceFeed(instruments, f"{self._urls['stream']}/v1/stream")

    def fees(self, instrument: Instrument, now: Nanos) -> Flow[FeeSchedule]:
        """Tell this account's rates; the public ones where there are no keys."""
        self._require(Op.FEES, instrument)
        if not self._caller.has_keys and instrument.fees is not None:
            return instrument.fees
        response = yield self._caller.ask(endpoints.FEES, now, [("symbol", instrument.venue_symbol)])
        return read(response, wire.Fees, lambda told: parse.to_fees(told, WORDS[instrument.kind]))

    # ── orders ──

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        """Place one order; what traded at once comes with the answer.

        Raises: Invalid, Unsupported before the wire; Refused; OutcomeUnknown.
        """
        self._require(Op.SUBMIT, order.instrument)
        check(order)
        response = yield self._caller.tell(endpoints.SUBMIT, now, place_body(order))
        return read(response, wire.Order, lambda told: parse.to_accepted(told, order.client_id, Mode.NATIVE))

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        """Take one order off. Raises: OrderGone for an order that does not rest: it may be filled."""
        self._require(Op.CANCEL, order.instrument)
        response = yield self._caller.ask(endpoints.CANCEL.at(_name(order)), now)
        return read(response, wire.Order, parse.to_cancelled)

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        """Change price and total in one call; only less at the same price keeps the place in the queue.

        Raises: Invalid, Refused, OrderGone, OutcomeUnknown.
        """
        self._require(Op.AMEND, order.id.instrument)
        check_amend(order, to)
        response = yield self._caller.tell(endpoints.AMEND.at(_name(order.id)), now, amend_body(to))
        mode = Mode.NATIVE_ATOMIC if keeps_place(order, to) else Mode.NATIVE
        return read(response, wire.Order, lambda told: parse.to_accepted(told, to.client_id, mode))

    def decrease(self, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
        """Shrink the total in place. Raises: Invalid, Refused, OrderGone, OutcomeUnknown."""
        self._require(Op.DECREASE, order.id.instrument)
        check_decrease(order, to)
        body = {"quantity": format_qty(to)}
        response = yield self._caller.tell(endpoints.DECREASE.at(_name(order.id)), now, body)
        return read(response, wire.Order, lambda told: parse.to_accepted(told, order.id.client_id, Mode.NATIVE_ATOMIC))

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        """Place up to twenty orders in one call; each has its own result."""
        check_batch(orders)
        for order in orders:
            self._require(Op.BATCH, order.instrument)
            check(order)
        body = {"orders": [place_body(order) for order in orders]}
        response = yield self._caller.tell(endpoints.SUBMIT_BATCH, now, body, len(orders))
        return read(response, wire.Results, lambda told: batch.to_placed(told, orders))

    def cancel_batch(self, orders: Sequence[OrderId], now: Nanos) -> Flow[Sequence[CancelItem]]:
        """Take up to twenty orders off in one call; each has its own result."""
        check_batch(orders)
        for order in orders:
            self._require(Op.CANCEL_BATCH, order.instrument)
        body = {"orders": [name_body(order) for order in orders]}
        response = yield self._caller.tell(endpoints.CANCEL_BATCH, now, body, len(orders))
        return read(response, wire.Results, lambda told: batch.to_taken_off(told, orders))

    def cancel_all(self, instrument: Instrument, now: Nanos) -> Flow[Sequence[Cancelled]]:
        """Take every order of one market off."""
        self._require(Op.CANCEL_ALL, instrument)
        return (yield from pages.cancel_all(self._caller, instrument.venue_symbol, now))

    # ── the account ──

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        """Tell one order's state. Raises: OrderGone when the venue knows nothing of it."""
        self._require(Op.QUERY, order.instrument)
        response = yield self._caller.ask(endpoints.QUERY.at(_name(order)), now)
        return read(response, wire.Order, parse.to_report)

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        """List the orders that rest, of one market or of all."""
        params = [("symbol", instrument.venue_symbol)] if instrument is not None else []
        return (
            yield from pages.fetch_all(
                self._caller,
                endpoints.OPEN_ORDERS,
                params,
                now,
                wire.Orders,
                lambda told: ([parse.to_report(order) for order in told.orders], told.cursor),
            )
        )

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        """List our trades since a time, oldest first."""
        self._require(Op.FILLS, instrument)
        params = [("symbol", instrument.venue_symbol), ("since", str(since // NANOS_PER_MS))]
        return (
            yield from pages.fetch_all(
                self._caller,
                endpoints.FILLS,
                params,
                now,
                wire.Fills,
                lambda told: ([parse.to_fill(fill) for fill in told.fills], told.cursor),
            )
        )

    def balances(self, now: Nanos) -> Flow[Sequence[Balance]]:
        """List what the account has of each asset."""
        response = yield self._caller.ask(endpoints.BALANCES, now)
        return read(response, wire.Balances, lambda told: [parse.to_balance(held) for held in told.balances])

    def positions(self, now: Nanos) -> Flow[Sequence[Position]]:
        """List the contracts that the account holds."""
        response = yield self._caller.ask(endpoints.POSITIONS, now)
        return read(response, wire.Positions, lambda told: [parse.to_position(held) for held in told.positions])

    def settlements(self, since: Nanos, now: Nanos) -> Flow[Sequence[Settlement]]:
        """List what redeemed markets paid since a time, oldest first."""
        params = [("since", str(since // NANOS_PER_MS))]
        return (
            yield from pages.fetch_all(
                self._caller,
                endpoints.SETTLEMENTS,
                params,
                now,
                wire.Settlements,
                lambda told: ([parse.to_settlement(one) for one in told.settlements], told.cursor),
            )
        )

    def redeem(self, market: Instrument, now: Nanos) -> Flow[Redeemed]:
        """Claim what a resolved market pays; a second time does nothing. Raises: Refused while it is not resolved."""
        self._require(Op.REDEEM, market)
        response = yield self._caller.tell(endpoints.REDEEM, now, {"symbol": market.venue_symbol})
        return read(response, wire.Redemption, parse.to_redeemed)

    def account_feed(self, instruments: Sequence[Instrument]) -> AccountFeed:
        """Make the stream of our orders, trades and balances. Raises: NotSent without keys."""
        if not self._caller.has_keys:
            raise NotSent("the account's stream needs an API key and its secret", venue=VENUE)
        return ReferenceAccountFeed(self._caller, self._urls["stream"])

    def _require(self, op: Op, instrument: Instrument) -> None:
        require(VENUE, self.capabilities, instrument.kind, op)


def _name(order: OrderId) -> str:
    if not order.venue_id:
        check_name(order.client_id)
    return endpoints.name_of(order)
