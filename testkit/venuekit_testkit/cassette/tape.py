"""A cassette in vcrpy's hands: how it is written, what is compared, and that it was played to its end.

Used by the player and the recorder. Requests are compared by method, URL and body, without what proves who we are and
when; signatures are verified instead, by the venue's simulator (`wire.py`). A request that the cassette does not hold,
and an answer that was not asked for, are failures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import vcr
import yaml
from vcr.request import Request as Taped
from vcr.serializers import yamlserializer

from venuekit_testkit.bench.profile import Unusable
from venuekit_testkit.cassette.header import KEY, Header, read_header
from venuekit_testkit.cassette.scrub import KEPT_HEADERS, find_secrets, scrub_answer, scrub_body, scrub_uri

MATCH: Final = ("method", "uri", "body")
Rewrite = Callable[[str], str]


class HeadFirst:
    """Writes a cassette with its head at the top, as text that a person can read."""

    def __init__(self, header: Header | None = None) -> None:
        self._header = header

    def serialize(self, told: dict[str, Any]) -> str:
        """Write it."""
        head = msgspec.to_builtins(self._header) if self._header else told.get(KEY)
        return yaml.safe_dump({KEY: head, **told}, sort_keys=False, allow_unicode=True, width=1000)

    def deserialize(self, text: str) -> Any:
        """Read it."""
        return yamlserializer.deserialize(text)


@contextmanager
def playing(path: Path) -> Iterator[None]:
    """Answer from a cassette inside. Raises: AssertionError where it was not played to its end."""
    with _vcr().use_cassette(str(path), record_mode="none") as tape:
        yield
    left = len(tape) - tape.play_count
    assert not left, f"{path.name}: {left} of its {len(tape)} answers were not asked for"


@contextmanager
def recording(path: Path, header: Header, rewrite: Rewrite) -> Iterator[None]:
    """Write a cassette of what is asked inside; `rewrite` gives URLs the host that plugins know."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with _vcr(header, rewrite).use_cassette(str(path), record_mode="all"):
        yield


def require_clean(path: Path) -> Header:
    """Refuse a cassette that holds what looks like a secret. Raises: Unusable."""
    header = read_header(path)
    told = yaml.safe_load(path.read_text())
    if found := find_secrets(_texts(told["interactions"])):
        raise Unusable(f"the cassette {path.name} holds {', '.join(found)}: scrub it, or record it anew")
    return header


def _vcr(header: Header | None = None, rewrite: Rewrite = str) -> vcr.VCR:
    made = vcr.VCR(
        serializer="head-first",
        match_on=MATCH,
        before_record_request=lambda asked: _clean_request(asked, rewrite),
        before_record_response=_clean_response,
    )
    made.register_serializer("head-first", HeadFirst(header))
    return made


def _clean_request(asked: Taped, rewrite: Rewrite) -> Taped:
    kept = {name: value for name, value in asked.headers.items() if name.lower() in KEPT_HEADERS}
    body = asked.body.encode() if isinstance(asked.body, str) else asked.body or b""
    return Taped(asked.method, rewrite(scrub_uri(asked.uri)), scrub_body(body) or None, kept)


def _clean_response(answer: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in answer["headers"].items() if name.lower() in KEPT_HEADERS}
    return {**answer, "headers": kept, "body": {"string": scrub_answer(answer["body"].get("string", b""))}}


def _texts(interactions: list[dict[str, Any]]) -> Iterator[str]:
    for each in interactions:
        yield each["request"]["uri"]
        yield str(each["request"].get("body") or "")
        yield from each["request"].get("headers") or {}
        yield str(each["response"]["body"].get("string", ""))
