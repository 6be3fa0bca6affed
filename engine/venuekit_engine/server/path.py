"""Route on the path as it was sent, and decode each segment after the split.

Used by the gate and by `request.py`. Why: clients percent-encode path parameters with nothing safe, and a parameter may
be a whole URL, so `%2F` inside a segment must not part it in two.
Source: the official client, version 0.5.7: `urllib.parse.quote(symbol, safe="")`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from venuekit_engine.refusal import Detail, InvalidParams


def use_raw_path(scope: Any) -> None:
    """Put the undecoded path where the router looks. A server that gives no raw path has not decoded it either."""
    raw: bytes | None = scope.get("raw_path")
    if raw:
        scope["path"] = raw.decode("latin-1")


def decode_segment(name: str, segment: str) -> str:
    """Decode one path parameter. Raises: InvalidParams if it is no UTF-8 or holds a control character."""
    try:
        text = unquote(segment, errors="strict")
    except UnicodeDecodeError as error:
        raise InvalidParams(f"{name}: not valid UTF-8", [Detail(name, "not valid UTF-8")]) from error
    if not text.isprintable():
        raise InvalidParams(f"{name}: control characters", [Detail(name, "holds control characters")])
    return text
