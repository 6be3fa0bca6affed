"""Market data from cassettes: the world of a venue that has no simulator.

Used by the bench. It is looser than `play.py`, because laws ask in their own order: an answer is found by method, host
and path, the nearest query first, and may be given again. A capture is told in groups: frames of one time come
together, the first group when the client subscribes (or at once, where it said nothing), one more with each stir. To
subscribe again begins the capture anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml

from venuekit.capture import What, read
from venuekit.errors import NotSent, OutcomeUnknown
from venuekit.units import Nanos
from venuekit.wire import Frame, Request, Response
from venuekit_testkit.cassette.shelf import list_captures, list_http
from venuekit_testkit.simulate.fault import Faults
from venuekit_testkit.simulate.session import Session

BOOK: Final = "book"


class Answer:
    """One answer that a cassette holds."""

    def __init__(self, interaction: dict[str, Any]) -> None:
        asked, told = interaction["request"], interaction["response"]
        self.where, _, query = str(asked["uri"]).partition("?")
        self.method, self.asked = str(asked["method"]), set(query.split("&"))
        body = told["body"]["string"]
        headers = {name.lower(): values[0] for name, values in (told.get("headers") or {}).items()}
        self.response = Response(told["status"]["code"], body.encode() if isinstance(body, str) else body, headers)

    def nearness(self, request: Request) -> int:
        """Count what its query shares with a request's."""
        return len(self.asked & set(request.query.split("&")))


class CassetteWorld:
    """What the cassettes of one venue tell of its markets."""

    def __init__(self, venue: str, folder: Path) -> None:
        self.faults = Faults()
        self._venue = venue
        self._answers = [Answer(each) for path in list_http(folder) for each in _interactions(path)]
        self._groups = [_group(path) for path in list_captures(folder, "feed")]
        self._sessions: list[CaptureSession] = []

    def answer(self, request: Request, now: Nanos) -> Response:
        """Give the nearest answer. Raises: OutcomeUnknown where no cassette holds one."""
        found = [each for each in self._answers if (each.method, each.where) == (request.method, request.url)]
        if not found:
            raise OutcomeUnknown(f"no cassette answers {request!r}", venue=self._venue)
        return max(found, key=lambda each: each.nearness(request)).response

    def connect(self, url: str, headers: tuple[tuple[str, str], ...], now: Nanos) -> Session:
        """Take a socket and begin the first capture. Raises: NotSent where there is none."""
        if not self._groups:
            raise NotSent("no cassette holds a socket", venue=self._venue)
        session = CaptureSession(self.faults, *self._groups[0])
        self._sessions.append(session)
        return session

    def stir(self, symbol: str) -> None:
        """Tell the next group on every socket."""
        for session in self._sessions:
            session.tell_next()


class CaptureSession(Session):
    """A socket that tells what a capture holds."""

    def __init__(self, faults: Faults, groups: list[list[Frame]], is_asked: bool) -> None:
        super().__init__(faults)
        self._groups, self._told = groups, 0
        if not is_asked:
            self.tell_next()

    def receive(self, frame: Frame, now: Nanos) -> None:
        """Begin (again)."""
        self._told = 0
        self.tell_next()

    def tell_next(self) -> None:
        """Tell one group more, while there is one."""
        for frame in self._groups[self._told] if self._told < len(self._groups) else ():
            self.push(frame, BOOK)
        self._told += 1


def _interactions(path: Path) -> Iterable[dict[str, Any]]:
    told: dict[str, Any] = yaml.safe_load(path.read_text())
    return list(told["interactions"])


def _group(path: Path) -> tuple[list[list[Frame]], bool]:
    """Group a capture's frames by their time; tell whether the client spoke first."""
    groups: dict[Nanos, list[Frame]] = {}
    records = list(read(path.read_text().splitlines()))
    for record in records:
        if record.what is What.IN:
            groups.setdefault(record.at_ns, []).append(record.payload)
    frames = [record.what for record in records if record.what in (What.IN, What.OUT)]
    return list(groups.values()), frames[:1] == [What.OUT]
