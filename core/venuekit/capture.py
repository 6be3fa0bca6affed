"""The raw-capture format: what crossed the wire and when, one JSON record a line.

Written by `run/record.py`, read by `run/replay.py` and by tests; the format is told in `docs/capture.md`. Pure: lines
in, records out. What must stay true: no secret is ever written (no header, no signed request's body or answer, no
login frame), and a broken line is skipped and counted, because a capture that was cut is still worth reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Final

import msgspec

from venuekit.secrecy import SCRUBBED, has_secret, is_private, scrub_query, scrub_url
from venuekit.units import Nanos
from venuekit.wire import Frame, Request, Response

VERSION: Final = 1


class NewerFormat(ValueError):
    """The file was written by a later venuekit; its records may not mean what we think."""


class Provenance(Enum):
    """Where a capture comes from; a made-up payload is never called recorded."""

    RECORDED = "recorded"
    DOCUMENTED = "documented"
    SIMULATED = "simulated"


class What(Enum):
    """What a record tells: a frame in or out, a socket that opened or closed, or an HTTP exchange."""

    IN = "in"
    OUT = "out"
    OPEN = "open"
    CLOSE = "close"
    HTTP = "http"


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a file; a reader does without."""

    venuekit_capture: int = VERSION
    provenance: Provenance
    made_by: str = ""
    made_at_ns: Nanos = Nanos(0)
    api: str = ""  # the version of the venue's API
    source: str = ""  # the page that was read, of what is documented


class Exchange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An HTTP request without its secrets. `asked` is its body; `status` 0 means that no answer came.

    `symbol` is the canonical symbol of a feed's `Fetch`, "" for any other request.
    """

    method: str
    url: str
    query: str = ""
    asked: str = ""
    symbol: str = ""
    status: int = 0


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One moment of one connection. `at_ns` is when we had it, Unix nanoseconds.

    `text` or `binary` is the frame, or the body of the HTTP answer; `note` is the URL of an `open`, the reason of a
    `close`. Raises: ValueError for a record that misses its part.
    """

    at_ns: Nanos
    venue: str
    conn: str
    what: What
    text: str | None = None
    binary: bytes | None = None
    http: Exchange | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.text is not None and self.binary is not None:
            raise ValueError("a record holds text or binary, not both")
        if self.what in (What.IN, What.OUT) and self.text is None and self.binary is None:
            raise ValueError(f"a record of {self.what.value!r} needs a frame")
        if (self.what is What.HTTP) is not (self.http is not None):
            raise ValueError(f"a record of {self.what.value!r} does not match its http part")

    @property
    def payload(self) -> Frame:
        """The frame, or the body of the answer."""
        return self.binary if self.binary is not None else self.text or ""

    @property
    def response(self) -> Response | None:
        """The HTTP answer, None where none came."""
        if self.http is None or not self.http.status:
            return None
        payload = self.payload
        return Response(self.http.status, payload.encode() if isinstance(payload, str) else payload)


class Skipped(msgspec.Struct, frozen=True):
    """A line that could not be read. `line` counts from 1."""

    line: int
    reason: str


def frame_record(at: Nanos, venue: str, conn: str, what: What, frame: Frame) -> Record:
    """Make the record of a frame; one that logs in keeps its time and loses its text."""
    if what is What.OUT and has_secret(frame):
        return Record(at_ns=at, venue=venue, conn=conn, what=what, text="", note=SCRUBBED)
    if isinstance(frame, str):
        return Record(at_ns=at, venue=venue, conn=conn, what=what, text=frame)
    return Record(at_ns=at, venue=venue, conn=conn, what=what, binary=frame)


def socket_record(at: Nanos, venue: str, conn: str, what: What, note: str) -> Record:
    """Make the record of a socket that opened (`note` is its URL) or closed (its reason)."""
    told = scrub_url(note) if what is What.OPEN else note
    return Record(at_ns=at, venue=venue, conn=conn, what=what, note=told)


def http_record(
    at: Nanos, venue: str, conn: str, request: Request, response: Response | None, symbol: str = ""
) -> Record:
    """Make the record of an exchange; of a private one only that it took place."""
    private = is_private(request)
    body = b"" if private or response is None else response.body
    text, binary = _split(body)
    http = Exchange(
        method=request.method,
        url=scrub_url(request.url),
        query=scrub_query(request.query),
        asked="" if private else request.body.decode(errors="replace"),
        symbol=symbol,
        status=response.status if response is not None else 0,
    )
    note = SCRUBBED if private else ""
    return Record(at_ns=at, venue=venue, conn=conn, what=What.HTTP, text=text, binary=binary, http=http, note=note)


def _split(body: bytes) -> tuple[str | None, bytes | None]:
    try:
        return body.decode(), None
    except UnicodeDecodeError:
        return None, body


def write_header(header: Header) -> str:
    """Give the header's line, without its end."""
    return msgspec.json.encode(header).decode()


def write(record: Record) -> str:
    """Give a record's line, without its end."""
    return msgspec.json.encode(record).decode()


class Reading:
    """The records of a file's lines, one pass. `header`, `records` and `skipped` tell what was met so far."""

    def __init__(self, lines: Iterable[str | bytes]) -> None:
        self.header: Header | None = None
        self.records = 0
        self.skipped: list[Skipped] = []
        self._lines = lines

    def __iter__(self) -> Iterator[Record]:
        """Give each record. Raises: NewerFormat where a header says so."""
        for number, line in enumerate(self._lines, 1):
            record = self._read(number, line) if line.strip() else None
            if record is not None:
                self.records += 1
                yield record

    def _read(self, number: int, line: str | bytes) -> Record | None:
        try:
            return _RECORD.decode(line)
        except ValueError as error:
            if not self._is_header(line):
                self.skipped.append(Skipped(number, str(error)))
        return None

    def _is_header(self, line: str | bytes) -> bool:
        try:
            version = _VERSION.decode(line).venuekit_capture
            if version > VERSION:
                raise NewerFormat(f"the capture has format {version}, this venuekit reads up to {VERSION}; upgrade it")
            self.header = _HEADER.decode(line)
        except NewerFormat:
            raise
        except ValueError:
            return False
        return True


def read(lines: Iterable[str | bytes]) -> Reading:
    """Read the lines of a capture. Files joined end to end read as one."""
    return Reading(lines)


class _Version(msgspec.Struct):
    venuekit_capture: int


_VERSION = msgspec.json.Decoder(_Version)
_HEADER = msgspec.json.Decoder(Header)
_RECORD = msgspec.json.Decoder(Record)
