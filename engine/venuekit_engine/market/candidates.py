"""The router's candidates, built from the books.

Used by preview and by the runtime for every order, so it stays lean: the cost is that of the venues of one symbol.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from venuekit.book.book import Book
from venuekit.book.consolidated import Consolidated
from venuekit.errors import RejectReason
from venuekit.instrument import Instrument
from venuekit.route.candidate import Candidate, Excluded
from venuekit.units import Nanos, Qty
from venuekit_engine.market.link import Link

# What a client has of a venue: the book as its desk shows it, whether it may trade there, and what it can spend (None
# where that is not known).
Access: TypeAlias = tuple[Book, bool, Qty | None]
AccessTo: TypeAlias = Callable[[str, Instrument, Book], Access]


class Listings(Protocol):
    """Who lists what, the books, and how the line to each venue is. The hub is one."""

    def listings(self, symbol: str) -> Mapping[str, Instrument]:
        """Give the instruments of a canonical symbol by venue."""
        ...

    def consolidated(self, symbol: str) -> Consolidated | None: ...

    def link(self, venue: str) -> Link: ...


def anyone(venue: str, instrument: Instrument, book: Book) -> Access:
    """Let everyone trade everywhere, as a preview does."""
    return book, True, None


def gather(
    market: Listings, symbol: str, pin: str | None, now: Nanos, access: AccessTo = anyone
) -> tuple[list[Candidate], list[Excluded]]:
    """Give the venues that list a canonical symbol, and those that cannot even be asked, with the reason.

    A pin leaves every other venue out. Books that may not be used come along: the router judges them and says why. The
    line to a venue is not asked: it may have gone for another symbol's sake, and a book knows how long it was silent.
    """
    together, listed = market.consolidated(symbol), market.listings(symbol)
    known = together.listings if together is not None else {}
    if pin and pin not in listed:
        return [], [Excluded(pin, RejectReason.BAD_VENUE, f"does not list {symbol}")]
    found: list[Candidate] = []
    missing: list[Excluded] = []
    for name in (pin,) if pin else listed:
        link = market.link(name)
        if together is None or name not in known:
            missing.append(Excluded(name, RejectReason.STALE_VENUE, link.reason or "no book yet"))
            continue
        book, authorised, free = access(name, listed[name], known[name].book)
        found.append(
            Candidate(
                venue=name,
                instrument=listed[name],
                book=book,
                quote=together.quote(name, now),
                authorised=authorised,
                latency_ns=link.latency_ns,
                free=free,
            )
        )
    return found, missing
