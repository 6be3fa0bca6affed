"""Kalshi: the venue, its verbs as flows.

Built by the core through the offer in `__init__.py`. What must stay true: every request is written by `Caller`, every
answer is judged by `answers.read`, and what is asked of an instrument comes back in its terms.
Source: OpenAPI 3.34.0 (https://docs.kalshi.com/openapi.yaml), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from venuekit.address import resolve_addresses
from venuekit.capability import Op, require
from venuekit.credential import Credentials
from venuekit.fill import Fill
from venuekit.instrument import FeeSchedule, Instrument
from venuekit.market import BookSnapshot, TradePrint
from venuekit.order import (
    Accepted,
    Balance,
    Cancelled,
    NewOrder,
    OpenOrder,
    OrderId,
    OrderReport,
    Redeemed,
)
from venuekit.position import Position, Settlement
from venuekit.units import Nanos, Qty
from venuekit.venue import AccountFeed, BatchItem, CancelItem, Feed, Venue
from venuekit.wire import Flow
from venuekit_kalshi import batch, change, endpoints, outcome, settle
from venuekit_kalshi.account import KalshiAccount
from venuekit_kalshi.answers import read
from venuekit_kalshi.caller import Caller
from venuekit_kalshi.capability import CAPABILITIES, FEATURES
from venuekit_kalshi.codes import VENUE
from venuekit_kalshi.feed import KalshiFeed
from venuekit_kalshi.fees import UNKNOWN_FEES, to_schedule
from venuekit_kalshi.lookup import fetch_order, list_orders, name_order
from venuekit_kalshi.markets import to_instruments
from venuekit_kalshi.orders import check, place_body
from venuekit_kalshi.pages import fetch_pages
from venuekit_kalshi.parse import (
    to_accepted,
    to_balance,
    to_cancelled,
    to_fill,
    to_position,
    to_print,
    to_snapshot,
)
from venuekit_kalshi.wire import (
    Account,
    BookAnswer,
    EventAnswer,
    EventPage,
    FillPage,
    HeldPage,
    Placed,
    Series,
    SeriesAnswer,
    SeriesList,
    Taken,
    TradePage,
)

Told = TypeVar("Told", Fill, OrderReport)

HOSTS: Final[Mapping[str, str]] = {
    "rest": "https://external-api.kalshi.com",
    "stream": "wss://external-api-ws.kalshi.com",
}
STATUSES: Final = ("unopened", "open", "closed")  # of the events that we list; settled ones are years of them
_ROWS: Final = ("limit", str(endpoints.MAX_ROWS))


class Kalshi(Venue):
    """Kalshi's event contracts. `hosts` replaces the base URLs by name: `rest`, `stream`."""

    id = VENUE
    capabilities = CAPABILITIES
    features = FEATURES
    limits = endpoints.LIMITS

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        """Prepare the keys. Raises: ValueError for a private key that cannot be read, or an unknown host name."""
        urls = resolve_addresses(VENUE, HOSTS, hosts)
        self.hosts = urls.hosts
        self._caller = Caller(urls["rest"], urls["stream"], credentials)

    def instruments(self) -> Flow[Sequence[Instrument]]:
        """List the markets of every event that is not settled, two instruments each, with what they cost."""
        response = yield self._caller.public(endpoints.SERIES_LIST)
        series = read(response, SeriesList, lambda told: {each.ticker: each for each in told.series or []})
        listed: dict[str, Instrument] = {}
        for status in STATUSES:
            # An event that opens while we list comes twice; what is told last holds.
            listed |= {each.symbol: each for each in (yield from self._list_events(status, series))}
        return list(listed.values())

    def _list_events(self, status: str, series: Mapping[str, Series]) -> Flow[list[Instrument]]:
        filters = [("status", status), ("with_nested_markets", "true"), ("limit", str(endpoints.MAX_EVENTS))]
        return (
            yield from fetch_pages(
                lambda more: self._caller.public(endpoints.EVENTS, params=[*filters, *more]),
                EventPage,
                lambda page: [made for event in page.events or [] for made in to_instruments(event, series)],
            )
        )

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        """Fetch one book, best levels first; depth 0 gives all."""
        _require(Op.BOOK, instrument)
        levels = depth if depth <= endpoints.MAX_DEPTH else 0  # beyond that the venue gives all or nothing
        response = yield self._caller.public(endpoints.BOOK, instrument.venue_symbol, [("depth", str(levels))])
        return read(response, BookAnswer, lambda told: to_snapshot(told, instrument, depth))

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        """Fetch the last public trades, oldest first."""
        _require(Op.TRADES, instrument)
        count = str(max(1, min(limit, endpoints.MAX_ROWS)))
        params = [("ticker", instrument.venue_symbol), ("is_block_trade", "false"), ("limit", count)]
        response = yield self._caller.public(endpoints.TRADES, params=params)
        prints = read(response, TradePage, lambda page: [to_print(each, "") for each in page.trades or []])
        return sorted((outcome.restate_print(each, instrument) for each in prints), key=lambda each: each.ts)

    def feed(self, instruments: Sequence[Instrument]) -> Feed:
        """Make the stream of books and trades; its socket wants keys."""
        for instrument in instruments:
            _require(Op.FEED, instrument)
        return KalshiFeed(instruments, self._caller)

    def fees(self, instrument: Instrument, now: Nanos) -> Flow[FeeSchedule]:
        """Tell what a market's event costs, or its series where the event says nothing; a waiver is left out."""
        _require(Op.FEES, instrument)
        response = yield self._caller.public(endpoints.EVENT, instrument.particular("event_ticker"))
        event = read(response, EventAnswer, lambda told: told.event)
        response = yield self._caller.public(endpoints.SERIES, event.series_ticker)
        return read(response, SeriesAnswer, lambda told: to_schedule(event, told.series)) or UNKNOWN_FEES

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        """Place one order; `filled` comes with the answer, the trades themselves with `fills` and the stream.

        Raises: Invalid before the wire; Refused, also for a fill-or-kill that was killed; OutcomeUnknown.
        """
        _require(Op.SUBMIT, order.instrument)
        check(order)
        response = yield self._caller.signed(endpoints.SUBMIT, now, body=place_body(order))
        return read(response, Placed, lambda told: to_accepted(told, order.client_id, order.qty))

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        """Take one order off. Raises: OrderGone for an order that does not rest: it may be filled."""
        _require(Op.CANCEL, order.instrument)
        known = yield from name_order(self._caller, order, now)
        # The ticker finds the order's shard; without it only shard 0 is asked.
        params = [("market_ticker", order.instrument.venue_symbol)]
        response = yield self._caller.signed(endpoints.CANCEL, now, known.venue_id, params)
        return read(response, Taken, lambda told: to_cancelled(told, known), of_order=True)

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        """Change price or total quantity in place."""
        _require(Op.AMEND, order.id.instrument)
        return (yield from change.amend(self._caller, order, to, now))

    def decrease(self, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
        """Shrink the total quantity and keep the place in the queue."""
        _require(Op.DECREASE, order.id.instrument)
        return (yield from change.decrease(self._caller, order, to, now))

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        """Place up to 20 orders in one call."""
        for order in orders:
            _require(Op.BATCH, order.instrument)
        return (yield from batch.submit_batch(self._caller, orders, now))

    def cancel_batch(self, orders: Sequence[OrderId], now: Nanos) -> Flow[Sequence[CancelItem]]:
        """Take up to 100 orders off in one call."""
        for order in orders:
            _require(Op.CANCEL_BATCH, order.instrument)
        return (yield from batch.cancel_batch(self._caller, orders, now))

    def cancel_all(self, instrument: Instrument, now: Nanos) -> Flow[Sequence[Cancelled]]:
        """Take every order of a market off, of both outcomes."""
        _require(Op.CANCEL_ALL, instrument)
        return (yield from batch.cancel_all(self._caller, instrument, now))

    def redeem(self, market: Instrument, now: Nanos) -> Flow[Redeemed]:
        """Tell what the venue paid by itself. Raises: Refused for a market that has not been settled."""
        _require(Op.REDEEM, market)
        return (yield from settle.redeem(self._caller, market, now))

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        """Tell one order's state. Raises: OrderGone when the venue knows nothing of it."""
        _require(Op.QUERY, order.instrument)
        return (yield from fetch_order(self._caller, order, now))

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        """List the orders that rest; of one instrument in its terms, of all in the terms of YES."""
        filters = [("status", "resting")]
        if instrument is None:
            return (yield from list_orders(self._caller, filters, now))
        reports = yield from list_orders(self._caller, [("ticker", instrument.venue_symbol), *filters], now)
        return [outcome.restate(report, instrument) for report in reports]

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        """List our trades since a time, oldest first; `client_id` is "" because the venue leaves it out."""
        _require(Op.FILLS, instrument)
        params = [("ticker", instrument.venue_symbol), *settle.after(since), _ROWS]
        fills = yield from fetch_pages(
            lambda more: self._caller.signed(endpoints.FILLS, now, params=[*params, *more]),
            FillPage,
            lambda page: [to_fill(each) for each in page.fills or []],
        )
        recent = sorted((fill for fill in fills if fill.ts >= since), key=lambda fill: fill.ts)
        return [outcome.restate(fill, instrument) for fill in recent]

    def balances(self, now: Nanos) -> Flow[Sequence[Balance]]:
        """Tell the money that is free, over all shards."""
        response = yield self._caller.signed(endpoints.BALANCE, now)
        return [read(response, Account, to_balance)]

    def positions(self, now: Nanos) -> Flow[Sequence[Position]]:
        """List the contracts that the account holds: positive is YES, negative is NO."""
        params = [("count_filter", "position"), _ROWS]
        held = yield from fetch_pages(
            lambda more: self._caller.signed(endpoints.POSITIONS, now, params=[*params, *more]),
            HeldPage,
            lambda page: [to_position(each) for each in page.market_positions or []],
        )
        return [position for position in held if position is not None]

    def settlements(self, since: Nanos, now: Nanos) -> Flow[Sequence[Settlement]]:
        """List what resolved markets paid us since a time, oldest first."""
        return (yield from settle.fetch_settlements(self._caller, since, now))

    def account_feed(self, instruments: Sequence[Instrument]) -> AccountFeed:
        """Make the stream of our own orders and trades, of every market."""
        return KalshiAccount(self._caller)

    def restate(self, told: Told, instrument: Instrument) -> Told:
        """Mirror what is told of YES for the NO of the same market."""
        return outcome.restate(told, instrument)


def _require(op: Op, instrument: Instrument) -> None:
    require(VENUE, CAPABILITIES, instrument.kind, op)
