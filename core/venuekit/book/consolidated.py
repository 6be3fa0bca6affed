"""All venues' books of one symbol, read together.

Used by the router, the server and the sandbox. Nothing is computed when a book changes: a reader pays for the venues of
its own symbol when it reads, so a change costs the same with ten symbols and with ten thousand. What must stay true: a
book that is stale, crossed or out of sequence serves nothing, and a one-sided book serves only the side that it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Final, NamedTuple, Protocol

import msgspec

from venuekit.book.book import Book, BookState
from venuekit.book.nbbo import Best, Nbbo, QuoteState, Source, VenueLevel, VenueQuote
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Nanos, Px, Qty


class Pulse(Protocol):
    """Tells when a feed last heard from its venue, be it about another symbol. `Keeper` is one."""

    heard: Nanos


class Freshness(msgspec.Struct, frozen=True):
    """The hard limits of age.

    `silent_ns` is for a feed that hears nothing. `quiet_ns` is for a book that does not change while its feed hears
    of others: many markets rest for minutes, yet a lost subscription looks the same.
    """

    silent_ns: Nanos = Nanos(10 * NANOS_PER_S)
    quiet_ns: Nanos = Nanos(300 * NANOS_PER_S)


DEFAULT: Final = Freshness()
# Made once, because to look a member up in its class costs as much as a call (CPython 3.11).
_WAITING: Final = BookState.WAITING
_LIVE: Final = (QuoteState.LIVE, "")


class Listing(NamedTuple):
    """One venue's book, what feeds it, and where that comes from. Without a pulse only changes prove that it lives."""

    book: Book
    pulse: Pulse | None
    source: Source


class Consolidated:
    """The books of one symbol, by venue."""

    __slots__ = ("freshness", "listings", "symbol")

    def __init__(self, symbol: str, freshness: Freshness = DEFAULT) -> None:
        self.symbol = symbol
        self.freshness = freshness
        self.listings: dict[str, Listing] = {}

    def attach(self, venue: str, book: Book, pulse: Pulse | None = None, source: Source = Source.STREAM) -> None:
        """Add a venue's book, or put another in its place."""
        self.listings[venue] = Listing(book, pulse, source)

    def detach(self, venue: str) -> None:
        """Forget a venue."""
        self.listings.pop(venue, None)

    def quote(self, venue: str, now: Nanos) -> VenueQuote:
        """Judge one venue's book. Raises: KeyError for a venue that is not attached."""
        book, pulse, source = self.listings[venue]
        bids, asks, changed = book.bids, book.asks, book.received
        heard = changed if pulse is None or pulse.heard < changed else pulse.heard
        age = now - heard if now > heard else 0
        state, reason = self._judge(book, age, now - changed)
        return VenueQuote(venue, state, bids.px, bids.qty, asks.px, asks.qty, Nanos(age), changed, source, reason)

    def quotes(self, now: Nanos) -> list[VenueQuote]:
        """Judge every venue's book."""
        return [self.quote(venue, now) for venue in self.listings]

    def nbbo(self, now: Nanos) -> Nbbo:
        """Give the best bid and ask of the usable books; ties go to the larger, then the fresher, then by name."""
        quotes = self.quotes(now)
        bids = [q for q in quotes if q.serves(Side.SELL)]
        asks = [q for q in quotes if q.serves(Side.BUY)]
        bid = min(bids, key=lambda q: (-q.bid_px, -q.bid_qty, q.age_ns, q.venue), default=None)
        ask = min(asks, key=lambda q: (q.ask_px, -q.ask_qty, q.age_ns, q.venue), default=None)
        return Nbbo(
            Best(bid.venue, bid.bid_px, bid.bid_qty, bid.age_ns) if bid else None,
            Best(ask.venue, ask.ask_px, ask.ask_qty, ask.age_ns) if ask else None,
        )

    def levels(self, side: Side, depth: int, now: Nanos) -> list[VenueLevel]:
        """List the best levels of all usable books, best first, each with its venue; `side` BUY lists the bids."""
        runs = [
            _run(venue, listing.book, side)
            for venue, listing in self.listings.items()
            if self.quote(venue, now).serves(side.opposite)
        ]
        return [VenueLevel(Px(-key * side.sign), Qty(-size), venue) for key, size, venue in islice(merge(*runs), depth)]

    def _judge(self, book: Book, age: int, quiet: int) -> tuple[QuoteState, str]:
        if book.state is _WAITING:
            return QuoteState.WAITING, book.reason
        if age > self.freshness.silent_ns:
            return QuoteState.STALE, f"nothing heard for {age // 1_000_000} ms"
        if quiet > self.freshness.quiet_ns:
            return QuoteState.STALE, f"no change for {quiet // 1_000_000} ms"
        bid, ask = book.bids.px, book.asks.px
        if bid and ask:
            return _LIVE if bid < ask else (QuoteState.CROSSED, "its bid is at or above its ask")
        return (
            (QuoteState.ONE_SIDED, "no asks" if bid else "no bids") if bid or ask else (QuoteState.EMPTY, "no levels")
        )


def _run(venue: str, book: Book, side: Side) -> Iterator[tuple[int, int, str]]:
    # Sorts best price first, then the larger quantity, then the name.
    ladder = book.bids if side.buys else book.asks
    return ((-key, -ladder.qtys[key], venue) for key in reversed(ladder.keys))
