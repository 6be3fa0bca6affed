"""The contracts a plugin implements: Venue, Signer, Feed, AccountFeed.

They say what to send; the core decides when and how. A plugin never opens a socket, reads a clock, sleeps, draws a
random number or reads the environment: `now`, nonces and client ids arrive as arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeAlias, TypeVar

import msgspec

from venuekit.capability import Capabilities, Features, Op, require
from venuekit.errors import OutcomeUnknown, Refused, Unsupported
from venuekit.fill import Fill
from venuekit.instrument import FeeSchedule, Instrument, Kind
from venuekit.market import BookSnapshot, Gap, MarketEvent, TradePrint
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
from venuekit.wire import Flow, Frame, Limit, Request, Response

if TYPE_CHECKING:
    from venuekit.book.book import Book

E = TypeVar("E")
Told = TypeVar("Told", Fill, OrderReport)

BatchItem: TypeAlias = Accepted | Refused | OutcomeUnknown
CancelItem: TypeAlias = Cancelled | Refused | OutcomeUnknown
AccountEvent: TypeAlias = OrderReport | Fill | Balance | Gap


class Send(msgspec.Struct, frozen=True):
    """Send this frame on the feed's socket."""

    frame: Frame


class Fetch(msgspec.Struct, frozen=True):
    """Send this request and hand the answer to `Feed.respond`."""

    request: Request
    symbol: str


class Reconnect(msgspec.Struct, frozen=True):
    """Close the socket and open it again."""

    reason: str


Outbound: TypeAlias = Send | Fetch | Reconnect


class Signer(Protocol):
    """Adds proof of identity to a request: pure, so a published vector can test it."""

    def sign(self, request: Request, now: Nanos) -> Request: ...


class Stream(Protocol[E]):
    """One socket's worth of events, without the socket.

    The core opens `url`, calls `opened`, sends what `pending` gives, and hands every frame to `receive`. `silence_s`
    is how long the socket may stay quiet before it is taken for dead. `beat` and `handshake` are for venues that want
    them.
    """

    url: str
    silence_s: float

    def handshake(self, now: Nanos) -> tuple[tuple[str, str], ...]:
        """Give the headers of the socket's opening request, for a venue that wants even readers signed."""
        return ()

    def beat(self, now: Nanos) -> None:
        """Queue a ping where one is due. The core calls this once a second while the socket is open, quiet or not."""
        return

    def opened(self, now: Nanos) -> None:
        """Start afresh on a new connection: nothing received before counts."""
        ...

    def pending(self) -> list[Outbound]:
        """Take what is to be sent now; a second call gives nothing new."""
        ...

    def receive(self, frame: Frame, now: Nanos) -> list[E]:
        """Read one frame.

        Raises: ValueError for a frame that is not what the venue documents. The RecursionError of a JSON decoder, for
            what is nested too deeply, counts as one.
        """
        ...

    def respond(self, fetch: Fetch, response: Response | None, now: Nanos) -> list[E]:
        """Read the answer to a `Fetch`; None when it did not come. A stream that fetches nothing has no answer to."""
        raise ValueError(f"nothing was fetched, and {fetch.request} was answered")


class Feed(Stream[MarketEvent], Protocol):
    """The market data of some instruments. A plugin subclasses it.

    When the core finds a gap or a wrong checksum it calls `resync`, and sends what `pending` then gives.
    """

    instruments: Mapping[str, Instrument]  # by canonical symbol

    def resync(self, symbol: str, reason: str) -> None:
        """Ask for this book again: subscribe anew, or fetch a snapshot."""
        ...

    def depth(self, symbol: str) -> int:
        """How many levels a side the venue keeps up to date; 0 for all. The book is cut to it after each change."""
        return 0

    def checksum(self, symbol: str, book: Book) -> int:
        """Compute what the venue's `checksum` must be; called only for events that carry one.

        Raises: ValueError by a feed that does not write this verb.
        """
        raise ValueError(f"{symbol}: an event carries a checksum, and the feed has no `checksum` to prove it with")


class AccountFeed(Stream[AccountEvent], Protocol):
    """The account's own orders, trades and balances as they happen. A plugin subclasses it.

    It tells what the venue tells, in its order, repeated where the venue repeats: what counts once is told apart by
    `trade_id`, and what is over stays over, in the core. A `Gap` with the symbol "" says that something was or may have
    been missed, so the account is to be read again; the stream says so itself where the venue tells it and once it is
    let in, and the core takes every new connection for one. A stream that is refused, or hears nothing for ten seconds
    after it asked to be let in, gives a `Reconnect`: so a socket that stays open is a stream that tells.
    """


class Venue(Protocol):
    """One place to trade. A plugin subclasses it and overrides what its capability table declares.

    Every verb that is not overridden raises Unsupported before any request exists. Verbs raise `Refused` with proof
    and `OutcomeUnknown` without; reads raise the same. `now` is Unix nanoseconds and strictly grows from call to call.
    """

    id: str
    capabilities: Capabilities
    features: Features  # what orders may ask for, and what proves a book
    hosts: Sequence[str]  # every host that the plugin may talk to; the transport refuses others
    limits: Sequence[Limit]  # the token buckets that requests name in `cost`

    # ── market side: no keys needed ──

    def instruments(self) -> Flow[Sequence[Instrument]]:
        """List what the venue trades; what does not fit our scale comes back with `untradable` set."""
        self._deny(Op.INSTRUMENTS)

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        """Fetch one book."""
        self._deny(Op.BOOK, instrument)

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        """Fetch the last public trades, oldest first."""
        self._deny(Op.TRADES, instrument)

    def feed(self, instruments: Sequence[Instrument]) -> Feed:
        """Make the stream of books and trades of these instruments."""
        self._deny(Op.FEED)

    # ── account side ──

    def fees(self, instrument: Instrument, now: Nanos) -> Flow[FeeSchedule]:
        """Tell what trading costs; the public schedule where there are no keys."""
        self._deny(Op.FEES, instrument)

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        """Place one order."""
        self._deny(Op.SUBMIT, order.instrument)

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        """Take one order off. Raises: OrderGone when the venue no longer has it."""
        self._deny(Op.CANCEL, order.instrument)

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        """Change price or total quantity (what is filled included); `mode` says what it cost."""
        self._deny(Op.AMEND, order.id.instrument)

    def decrease(self, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
        """Shrink the total quantity to `to` and keep the place in the queue."""
        self._deny(Op.DECREASE, order.id.instrument)

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        """Place several orders; one result each, in their order."""
        self._deny(Op.BATCH, orders[0].instrument)

    def cancel_all(self, instrument: Instrument, now: Nanos) -> Flow[Sequence[Cancelled]]:
        """Take every order of one instrument off."""
        self._deny(Op.CANCEL_ALL, instrument)

    def cancel_batch(self, orders: Sequence[OrderId], now: Nanos) -> Flow[Sequence[CancelItem]]:
        """Take several orders off; one result each, in their order."""
        self._deny(Op.CANCEL_BATCH, orders[0].instrument)

    def redeem(self, market: Instrument, now: Nanos) -> Flow[Redeemed]:
        """Claim what a resolved market pays."""
        self._deny(Op.REDEEM, market)

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        """Tell one order's state. Raises: OrderGone when the venue knows nothing of it."""
        self._deny(Op.QUERY, order.instrument)

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        """List the orders that rest, of one instrument or of all."""
        self._deny(Op.OPEN_ORDERS, instrument)

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        """List our trades since a time, oldest first."""
        self._deny(Op.FILLS, instrument)

    def balances(self, now: Nanos) -> Flow[Sequence[Balance]]:
        """List what the account holds."""
        self._deny(Op.BALANCES)

    def positions(self, now: Nanos) -> Flow[Sequence[Position]]:
        """List the contracts that the account holds."""
        self._deny(Op.POSITIONS)

    def settlements(self, since: Nanos, now: Nanos) -> Flow[Sequence[Settlement]]:
        """List what resolved markets paid us since a time, oldest first."""
        self._deny(Op.SETTLEMENTS)

    def account_feed(self, instruments: Sequence[Instrument]) -> AccountFeed:
        """Make the stream of our own orders, trades and balances, of at least these instruments."""
        self._deny(Op.ACCOUNT_FEED)

    def restate(self, told: Told, instrument: Instrument) -> Told:
        """Express what a stream or a list of all told in the terms of the instrument that we traded.

        It differs where one book serves two outcomes: a bought NO comes back as a sold YES. What was asked of one
        instrument (`query`, `fills`) comes in its terms already.
        """
        return told

    def _deny(self, op: Op, instrument: Instrument | None = None) -> NoReturn:
        kind = instrument.kind if instrument is not None else next(iter(self.capabilities), Kind.SPOT)
        require(self.id, self.capabilities, kind, op)
        raise Unsupported(f"{op.value} is declared but not written: a fault of the plugin", venue=self.id)
