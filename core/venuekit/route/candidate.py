"""Which venues may serve an order, and for each that may not, the reason in the public words.

Used by `plan.py` and `rest.py`; the table below is the whole rule. What must stay true: a book that is stale, crossed
or out of sequence is never used, and an unknown fee is not a free one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from venuekit.book.book import Book
from venuekit.book.nbbo import QuoteState, VenueQuote
from venuekit.errors import RejectReason
from venuekit.instrument import Instrument
from venuekit.route.intent import Intent
from venuekit.units import PX_SCALE, Nanos, Qty


class Candidate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is known of one venue at one moment.

    `authorised` is true with credentials, and in the sandbox. `free` is what the account can spend: base for a sell,
    quote for a buy; None is not checked. `latency_ns` is the time to the venue and back.
    """

    venue: str
    instrument: Instrument
    book: Book
    quote: VenueQuote
    connected: bool = True
    authorised: bool = True
    latency_ns: Nanos = Nanos(0)
    free: Qty | None = None


class Excluded(msgspec.Struct, frozen=True, gc=False):
    """A venue that was left out, and why."""

    venue: str
    reason: RejectReason
    detail: str

    def __str__(self) -> str:
        return f"{self.venue}: {self.reason.value}, {self.detail}"


Check = Callable[[Intent, Candidate], str]


def _pinned_elsewhere(intent: Intent, candidate: Candidate) -> str:
    return f"the order is pinned to {intent.venue}" if intent.venue and intent.venue != candidate.venue else ""


def _unlisted(intent: Intent, candidate: Candidate) -> str:
    found = candidate.instrument.symbol
    return "" if found == intent.symbol else f"lists {found}, not {intent.symbol}"


def _untradable(_: Intent, candidate: Candidate) -> str:
    return candidate.instrument.untradable


def _disconnected(_: Intent, candidate: Candidate) -> str:
    return "" if candidate.connected else "not connected"


def _keyless(_: Intent, candidate: Candidate) -> str:
    return "" if candidate.authorised else "no credentials"


def _unusable(intent: Intent, candidate: Candidate) -> str:
    quote = candidate.quote
    return "" if quote.serves(intent.side) else f"its book is {quote.state.value} ({quote.reason})"


def _untrusted(_: Intent, candidate: Candidate) -> str:
    quote = candidate.quote
    return "" if quote.state in RESTABLE else f"its book is {quote.state.value} ({quote.reason})"


def _taker_unknown(_: Intent, candidate: Candidate) -> str:
    fees = candidate.instrument.fees
    return "taker fee unknown" if fees is None or fees.taker is None else ""


def _maker_unknown(_: Intent, candidate: Candidate) -> str:
    fees = candidate.instrument.fees
    return "maker fee unknown" if fees is None or fees.maker is None else ""


def _penniless(intent: Intent, candidate: Candidate) -> str:
    free = candidate.free
    if free is None:
        return ""
    instrument = candidate.instrument
    least: int = max(instrument.lot, instrument.min_qty)
    if intent.side.buys:
        # The price that the order would rest at stands in where the book has no asks.
        least = -(-least * (candidate.quote.ask_px or intent.limit or 0) // PX_SCALE)
    return "" if free >= least else f"{free} free, the smallest order takes {least} (× 10⁻⁸)"


_LIVE: Final = QuoteState.LIVE  # a name of its own: looked up for every venue
RESTABLE: Final = (QuoteState.LIVE, QuoteState.ONE_SIDED, QuoteState.EMPTY)
_ANY: Final[tuple[tuple[RejectReason, Check], ...]] = (
    (RejectReason.BAD_VENUE, _pinned_elsewhere),
    (RejectReason.BAD_VENUE, _unlisted),
    (RejectReason.BAD_VENUE, _untradable),
    (RejectReason.NETWORK, _disconnected),
    (RejectReason.AUTH, _keyless),
)
TAKING: Final = (
    *_ANY,
    (RejectReason.STALE_VENUE, _unusable),
    (RejectReason.BAD_VENUE, _taker_unknown),
    (RejectReason.INSUFFICIENT_BALANCE, _penniless),
)
RESTING: Final = (
    *_ANY,
    (RejectReason.STALE_VENUE, _untrusted),
    (RejectReason.BAD_VENUE, _maker_unknown),
    (RejectReason.INSUFFICIENT_BALANCE, _penniless),
)


def _may_take(intent: Intent, candidate: Candidate) -> bool:
    # Nearly every venue of nearly every order passes: one look instead of eight calls. The table has the last word on
    # all that is refused here.
    instrument, fees = candidate.instrument, candidate.instrument.fees
    return (
        candidate.quote.state is _LIVE
        and candidate.connected
        and candidate.authorised
        and instrument.symbol == intent.symbol
        and not instrument.untradable
        and fees is not None
        and fees.taker is not None
        and (not intent.venue or intent.venue == candidate.venue)
        and (candidate.free is None or not _penniless(intent, candidate))
    )


def select(
    intent: Intent, candidates: Iterable[Candidate], checks: Iterable[tuple[RejectReason, Check]] = TAKING
) -> tuple[list[Candidate], list[Excluded]]:
    """Part the venues that may serve from those that may not; the first check that fails is the reason."""
    fit: list[Candidate] = []
    excluded: list[Excluded] = []
    for candidate in candidates:
        if checks is TAKING and _may_take(intent, candidate):
            fit.append(candidate)
            continue
        for reason, check in checks:
            if detail := check(intent, candidate):
                excluded.append(Excluded(candidate.venue, reason, detail))
                break
        else:
            fit.append(candidate)
    if excluded:
        excluded.sort(key=lambda each: each.venue)
    return fit, excluded
