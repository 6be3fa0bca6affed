"""Single payloads that others published or recorded, as they are, whatever file keeps them.

Used by the tests that walk them: `tests/test_*_published.py`. What must stay true: a payload's text is not changed, but
for the comments that a documentation page writes into its JSON. Fragments of code (`${...}`) are no payloads.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from venuekit.units import PX_SCALE, QTY_SCALE
from venuekit.wire import Response

ROOT: Final = Path(os.environ.get("VENUEKIT_VENUE_DATA", Path(__file__).parents[3] / "shared" / "venue-data"))
_COMMENT: Final = re.compile(r"\s//.*$", re.MULTILINE)
_TAPED: Final = re.compile(r"string: '((?:[^']|'')*)'")


class Payload(msgspec.Struct, frozen=True):
    """One body or frame. `source` is the file, and the name in it where it has one."""

    source: str
    text: str
    status: int = 200

    @property
    def response(self) -> Response:
        """The payload as an answer."""
        return Response(self.status, self.text.encode())

    def parse(self) -> Any:
        """Read the JSON with every number exact; None for what is none."""
        try:
            return json.loads(self.text, parse_float=Decimal)
        except ValueError:
            return None


class Unread(msgspec.Struct, frozen=True):
    """Why a payload is not read: what is raised, a part of its words, and why that is right."""

    raised: type[Exception]
    words: str
    why: str


def read_payloads(*patterns: str) -> Iterator[Payload]:
    """Give the payloads of the files that match, in the order of their names."""
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        source = f"{path.parent.name}/{path.name}"
        for name, text, status in _READERS[path.suffix](path.read_text(encoding="utf-8-sig")):
            if "${" not in text:
                yield Payload(f"{source} {name}".strip(), text, status)


_Texts = Iterator[tuple[str, str, int]]


def _read_lines(text: str) -> _Texts:
    for line in text.splitlines():
        row = json.loads(line)
        kept = row.get("raw", row.get("payload", row)) if isinstance(row, dict) else row
        name = str(row.get("context", row.get("label", ""))) if isinstance(row, dict) else ""
        yield name, kept if isinstance(kept, str) else json.dumps(kept), 200


def _read_json(text: str) -> _Texts:
    """Read one payload with or without comments, or a cassette of exchanges."""
    try:
        told = json.loads(text)
    except ValueError:
        told, text = None, _COMMENT.sub("", text)
    exchanges = told if isinstance(told, list) else [told]
    if exchanges and isinstance(exchanges[0], dict) and "response" in exchanges[0]:
        for each in exchanges:
            yield "", each["response"]["body"], each["response"]["status_code"]
    else:
        yield "", text, 200


def _read_script(text: str) -> _Texts:
    """Read an exchange (method, path, signed or not, body), a dialogue whose `=` are frames, or a body alone."""
    lines = text.splitlines()
    if lines[0].isupper():
        yield lines[1], "\n".join(lines[3:]), 200
    elif lines[0].startswith(">"):
        for part in re.split(r"^[=<>]\d* ?", text, flags=re.MULTILINE):
            if '"|' not in part and "|1|" not in part and part.strip():
                yield "", part.strip(), 200
    else:
        yield "", text, 200


def _read_tape(text: str) -> _Texts:
    for found in _TAPED.findall(text):
        if found:
            yield "", re.sub(r"\n\s*", " ", found).replace("''", "'"), 200


_READERS: Final[Mapping[str, Callable[[str], _Texts]]] = {
    ".jsonl": _read_lines,
    ".json": _read_json,
    ".txt": _read_script,
    ".yml": _read_tape,
}


def walk_payloads(
    payloads: Iterable[Payload],
    shape_of: Callable[[Any], str],
    checks: Mapping[str, Callable[[Payload], None]],
    unread: Mapping[str, Unread],
) -> Counter[str]:
    """Check every payload by its shape; count what was read well, and under "" what has no shape of ours.

    Raises: AssertionError for a payload of `unread` that is read after all, or that is not there.
    """
    counts: Counter[str] = Counter()
    met: set[str] = set()
    for payload in payloads:
        shape, known = shape_of(payload.parse()), unread.get(payload.source)
        if known is not None:
            with pytest.raises(known.raised) as caught:
                checks[shape](payload)
            assert known.words in str(caught.value), payload.source
            met.add(payload.source)
            continue
        if shape:
            checks[shape](payload)
        counts[shape] += 1
    assert met == set(unread)
    return counts


def scaled_px(number: object) -> int:
    """Scale a price with decimals alone, which shares no code with ours."""
    return int(Decimal(str(number)) * PX_SCALE)


def scaled_qty(number: object) -> int:
    """Scale a quantity likewise."""
    return int(Decimal(str(number)) * QTY_SCALE)
