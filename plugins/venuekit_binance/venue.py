"""Binance spot: the venue, its verbs as flows.

Built by the core through the offer in `__init__.py`. What must stay true: every request is written by `Caller`, every
answer is judged by `answers.read`, and no verb that `capability.py` denies makes a request.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from venuekit.address import resolve_addresses
from venuekit.capability import Op, require
from venuekit.credential import Credentials
from venuekit.errors import OrderGone
from venuekit.fill import Fill
from venuekit.instrument import FeeSchedule, Instrument
from venuekit.market import BookSnapshot, TradePrint
from venuekit.order import Accepted, Balance, Cancelled, NewOrder, OpenOrder, OrderId, OrderReport
from venuekit.units import Nanos, Qty
from venuekit.venue import AccountFeed, Feed, Venue
from venuekit.wire import Flow
from venuekit_binance import amend, endpoints, history
from venuekit_binance.account import SUBSCRIBE, BinanceAccountFeed
from venuekit_binance.answers import read
from venuekit_binance.caller import Caller
from venuekit_binance.capability import CAPABILITIES, FEATURES
from venuekit_binance.codes import VENUE
from venuekit_binance.feed import BinanceFeed
from venuekit_binance.orders import check, name_params, place_params
from venuekit_binance.parse import (
    to_accepted,
    to_balance,
    to_cancelled,
    to_cancelled_all,
    to_fees,
    to_print,
    to_report,
    to_snapshot,
)
from venuekit_binance.symbols import BASE_FEES, to_instrument
from venuekit_binance.wire import Account, CancelledEntry, Commission, DepthSnapshot, ExchangeInfo, Order, RestTrade

HOSTS: Final[Mapping[str, str]] = {
    "rest": "https://api.binance.com",
    "stream": "wss://stream.binance.com:9443",
    "account": "wss://ws-api.binance.com:443",
}


class Binance(Venue):
    """Binance spot. `hosts` replaces the base URLs by name: `rest`, `stream`, `account`."""

    id = VENUE
    capabilities = CAPABILITIES
    features = FEATURES
    limits = endpoints.LIMITS

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        """Prepare the keys. Raises: ValueError for a private key that cannot be read, or an unknown host name."""
        self._urls = resolve_addresses(VENUE, HOSTS, hosts)
        self.hosts = self._urls.hosts
        self._caller = Caller(self._urls["rest"], credentials)

    def instruments(self) -> Flow[Sequence[Instrument]]:
        """List every spot market. Raises: Refused, OutcomeUnknown."""
        response = yield self._caller.public(endpoints.EXCHANGE_INFO, [("showPermissionSets", "false")])
        return read(response, ExchangeInfo, lambda info: [to_instrument(symbol) for symbol in info.symbols])

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        """Fetch one book; depth 0 asks for the most there is."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.BOOK)
        response = yield endpoints.depth_request(self._caller.host, instrument.venue_symbol, depth)
        return read(response, DepthSnapshot, lambda told: to_snapshot(instrument, told))

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        """Fetch the last public trades, oldest first."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.TRADES)
        count = str(min(limit, endpoints.MAX_TRADES))
        params = [("symbol", instrument.venue_symbol), ("limit", count)]
        response = yield self._caller.public(endpoints.TRADES, params)
        return read(response, list[RestTrade], lambda told: [to_print(instrument.symbol, trade) for trade in told])

    def feed(self, instruments: Sequence[Instrument]) -> Feed:
        """Make the combined stream of books and trades. Raises: ValueError for more than one socket carries."""
        for instrument in instruments:
            require(VENUE, CAPABILITIES, instrument.kind, Op.FEED)
        return BinanceFeed(instruments, self._urls["stream"], self._urls["rest"])

    def fees(self, instrument: Instrument, now: Nanos) -> Flow[FeeSchedule]:
        """Tell this account's rates; the public base tier where there are no keys."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.FEES)
        if not self._caller.has_keys:
            return BASE_FEES
        params = [("symbol", instrument.venue_symbol)]
        response = yield self._caller.signed(endpoints.COMMISSION, params, now)
        return read(response, Commission, to_fees)

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        """Place one order; what traded at once comes with the answer.

        Raises: Invalid, Unsupported before the wire; Refused; OutcomeUnknown.
        """
        require(VENUE, CAPABILITIES, order.instrument.kind, Op.SUBMIT)
        check(order)
        response = yield self._caller.signed(endpoints.SUBMIT, place_params(order), now)
        return read(response, Order, lambda told: to_accepted(told, order.client_id))

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        """Take one order off. Raises: OrderGone for an order that does not rest: it may be filled."""
        require(VENUE, CAPABILITIES, order.instrument.kind, Op.CANCEL)
        params = [("symbol", order.instrument.venue_symbol), *name_params(order)]
        response = yield self._caller.signed(endpoints.CANCEL, params, now)
        return read(response, Order, to_cancelled)

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        """Change price or total quantity; see `amend.py` for the three ways."""
        require(VENUE, CAPABILITIES, order.id.instrument.kind, Op.AMEND)
        return (yield from amend.amend(self._caller, order, to, now))

    def decrease(self, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
        """Shrink the total quantity in place. Raises: Unsupported where the symbol does not allow it."""
        require(VENUE, CAPABILITIES, order.id.instrument.kind, Op.DECREASE)
        return (yield from amend.decrease(self._caller, order, to, now))

    def cancel_all(self, instrument: Instrument, now: Nanos) -> Flow[Sequence[Cancelled]]:
        """Take every order of one symbol off; nothing open gives an empty list."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.CANCEL_ALL)
        response = yield self._caller.signed(endpoints.CANCEL_ALL, [("symbol", instrument.venue_symbol)], now)
        try:
            return read(response, list[CancelledEntry], to_cancelled_all)
        except OrderGone:
            # -2011 is how the venue says that nothing was open.
            return []

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        """Tell one order's state. Raises: OrderGone when the venue knows nothing of it."""
        require(VENUE, CAPABILITIES, order.instrument.kind, Op.QUERY)
        params = [("symbol", order.instrument.venue_symbol), *name_params(order)]
        response = yield self._caller.signed(endpoints.QUERY, params, now)
        return read(response, Order, to_report)

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        """List the orders that rest; all symbols at once weigh 80."""
        params = [("symbol", instrument.venue_symbol)] if instrument is not None else []
        weight = 0 if instrument is not None else endpoints.OPEN_ORDERS_ALL_WEIGHT
        response = yield self._caller.signed(endpoints.OPEN_ORDERS, params, now, weight)
        return read(response, list[Order], lambda told: [to_report(order) for order in told])

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        """List our trades since a time, oldest first; `client_id` is "" because the venue leaves it out."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.FILLS)
        return (yield from history.fetch_fills(self._caller, instrument, since, now))

    def balances(self, now: Nanos) -> Flow[Sequence[Balance]]:
        """List what the account holds of each asset."""
        response = yield self._caller.signed(endpoints.ACCOUNT, [("omitZeroBalances", "true")], now)
        return read(response, Account, lambda account: [to_balance(held) for held in account.balances])

    def account_feed(self, instruments: Sequence[Instrument]) -> AccountFeed:
        """Make the stream of the account, which tells of all its markets. Raises: NotSent without keys."""
        for instrument in instruments:
            require(VENUE, CAPABILITIES, instrument.kind, Op.ACCOUNT_FEED)
        self._caller.signer(SUBSCRIBE)
        return BinanceAccountFeed(self._urls["account"], self._caller)
