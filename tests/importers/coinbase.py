"""Coinbase's recordings by others, told as a capture.

Used by `tests/test_coinbase_capture.py` and by whoever replays Coinbase. Frames and bodies are passed on as they are.
None of the files holds receive times: the venue's own time stands in, and where a message has none, that before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from venuekit.capture import Exchange, Record, What
from venuekit.units import Nanos, parse_instant

VENUE: Final = "coinbase"
STREAM: Final = "wss://advanced-trade-ws.coinbase.com"
MARKET: Final = "https://api.coinbase.com/api/v3/brokerage/market"


def read_frames(path: Path) -> Iterator[Record]:
    """Give the records of a file with one JSON object a line, whose `raw` is the frame."""
    at = Nanos(0)
    yield Record(at_ns=at, venue=VENUE, conn="stream", what=What.OPEN, note=STREAM)
    for line in path.read_text().splitlines():
        raw: str = json.loads(line)["raw"]
        told = json.loads(raw).get("timestamp")
        at = max(at, parse_instant(told)) if told else at
        yield Record(at_ns=at, venue=VENUE, conn="stream", what=What.IN, text=raw)


def read_markets(path: Path) -> Record:
    """Give the product list that ccxt keeps market by market, under `info`."""
    markets: dict[str, Any] = json.loads(path.read_text())
    return _answer("/products", json.dumps({"products": [market["info"] for market in markets.values()]}))


def read_product(path: Path) -> Record:
    """Give a list of the one product of a recorded answer."""
    return _answer("/products", json.dumps({"products": [json.loads(path.read_text())]}))


def read_answer(path: Path, endpoint: str) -> Record:
    """Give a recorded REST answer as it is."""
    return _answer(endpoint, path.read_text())


def _answer(endpoint: str, text: str) -> Record:
    asked = Exchange(method="GET", url=MARKET + endpoint, status=200)
    return Record(at_ns=Nanos(0), venue=VENUE, conn="rest", what=What.HTTP, text=text, http=asked)
