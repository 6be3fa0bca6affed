"""Appends what crosses the wire to a capture file; the format is in `venuekit.capture`.

Used by the runners of feeds and by senders that are listened to. What must stay true: recording never stops what it
records. A full disk ends the recording, loudly, and nothing else. Lines gather in memory and go out each second (the
runner's tick) or when there are many, so the loop waits for the page cache at most.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

import structlog

from venuekit.capture import Header, Record, http_record, write, write_header
from venuekit.errors import TradeError
from venuekit.run.clock import Clock
from venuekit.run.drive import Sender
from venuekit.wire import Request, Response

FLUSH_RECORDS: Final = 512

log = structlog.get_logger("venuekit.run")


class Recorder:
    """One capture file, appended to. `lost` counts the records that the disk refused."""

    def __init__(self, path: Path, header: Header) -> None:
        self.path = path
        self.lost = 0
        self._lines: list[str] = []
        self._file: TextIO | None = path.open("a", encoding="utf-8", newline="\n")
        self._lines += _opening(path, header)

    def take(self, record: Record) -> None:
        """Keep one record."""
        self._lines.append(write(record))
        if len(self._lines) >= FLUSH_RECORDS:
            self.flush()

    def listen(self, send: Sender, clock: Clock, venue: str, conn: str = "http") -> Sender:
        """Give a sender that sends as this one does and records each exchange."""

        async def send_and_record(request: Request) -> Response:
            try:
                response = await send(request)
            except TradeError:
                self.take(http_record(clock.now(), venue, conn, request, None))
                raise
            self.take(http_record(clock.now(), venue, conn, request, response))
            return response

        return send_and_record

    def flush(self) -> None:
        """Write what has gathered."""
        lines, self._lines = self._lines, []
        if not lines:
            return
        if self._file is None:
            self.lost += len(lines)
            return
        try:
            self._file.write("\n".join(lines) + "\n")
            self._file.flush()
        except OSError as error:
            self._give_up(len(lines), error)

    def close(self) -> None:
        """Write what has gathered and close the file."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _give_up(self, lines: int, error: OSError) -> None:
        self._file = None
        self.lost += lines
        log.error("recording stopped", path=str(self.path), error=str(error))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _opening(path: Path, header: Header) -> list[str]:
    size = path.stat().st_size
    if not size:
        return [write_header(header)]
    with path.open("rb") as file:
        file.seek(size - 1)
        # A file that was cut ends inside a line: close that line, or ours would be lost with it.
        return [] if file.read(1) == b"\n" else [""]
