"""What a capture holds: its venues, what they list, and which of it was streamed.

Used by `source.py`, once, before a replay. What must stay true: nothing is made up; a venue without instruments in the
capture is told with the reason. A feed follows its symbols only, so those that occur in the capture are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from venuekit.capture import Record, Skipped, What
from venuekit.errors import TradeError
from venuekit.instrument import Instrument
from venuekit.run.answers import Answers
from venuekit.run.drive import drive
from venuekit.run.replay import open_capture
from venuekit.venue import Venue

SCANNED: Final = 5_000  # records of a venue whose names are looked at: every subscription stands near the start
_NAME: Final = re.compile(r"[A-Za-z0-9._/-]+")
_PART: Final = re.compile(r"[A-Za-z0-9_-]+")  # a URL joins names with slashes


class Part(msgspec.Struct):
    """One venue of a capture: its HTTP exchanges, and every name that occurs."""

    exchanges: list[Record] = []
    names: set[str] = set()
    seen: int = 0


class Contents(msgspec.Struct):
    """A capture that was read through once."""

    parts: dict[str, Part] = {}
    records: int = 0
    skipped: list[Skipped] = []


def read_contents(path: Path) -> Contents:
    """Read a capture through. Raises: FileNotFoundError, NewerFormat."""
    contents = Contents()
    reading = open_capture(path)
    for record in reading:
        _note(contents.parts.setdefault(record.venue, Part()), record)
    contents.records, contents.skipped = reading.records, reading.skipped
    return contents


async def listed_in(part: Part, venue: Venue) -> Sequence[Instrument] | str:
    """Read what the venue listed when the capture was made, or say why that cannot be had."""
    try:
        return await drive(venue.instruments(), Answers(part.exchanges, venue.id).send)
    except TradeError as error:
        return error.message


def streamed_in(part: Part, instruments: Iterable[Instrument]) -> list[Instrument]:
    """Pick the instruments whose name occurs in the capture."""
    return [each for each in instruments if not part.names.isdisjoint(_names_of(each))]


def _names_of(instrument: Instrument) -> tuple[str, ...]:
    symbol = instrument.symbol.upper()
    return instrument.venue_symbol.upper(), symbol, symbol.replace("-", "/")


def _note(part: Part, record: Record) -> None:
    if record.what is What.HTTP and record.http is not None:
        if record.http.symbol:
            part.names.add(record.http.symbol.upper())
        else:
            part.exchanges.append(record)
        return
    part.seen += 1
    if part.seen <= SCANNED:
        text = record.text or record.note
        part.names.update(name.upper() for pattern in (_NAME, _PART) for name in pattern.findall(text))
