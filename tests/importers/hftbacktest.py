"""The Binance spot capture of hftbacktest, told as a capture of ours.

Used by `tests/test_binance_capture.py` and by whoever replays Binance. A line is "<local receive time in ns> <JSON>":
a frame of the combined stream (diff depth, book ticker, trades), or the answer of the REST depth endpoint, which has
no envelope. Frames and the answer are passed on byte for byte.
Source: https://github.com/nkaz001/hftbacktest examples/spot/btcusdt_20240808.gz, read 2026-11-21.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from venuekit.capture import Exchange, Record, What
from venuekit.units import Nanos

VENUE: Final = "binance"
CONN: Final = "stream"
STREAM: Final = "wss://stream.binance.com:9443/stream"
SNAPSHOT: Final = '{"lastUpdateId"'
ASKED: Final = Exchange(
    method="GET",
    url="https://api.binance.com/api/v3/depth",
    query="symbol=BTCUSDT&limit=1000",
    symbol="BTC-USDT",
    status=200,
)


def read_capture(path: Path) -> Iterator[Record]:
    """Give the records of one file, the opening of the socket first."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            stamp, _, text = line.rstrip("\n").partition(" ")
            at = Nanos(int(stamp))
            if number == 0:
                yield Record(at_ns=at, venue=VENUE, conn=CONN, what=What.OPEN, note=STREAM)
            yield _to_record(at, text)


def _to_record(at: Nanos, text: str) -> Record:
    if text.startswith(SNAPSHOT):
        return Record(at_ns=at, venue=VENUE, conn=CONN, what=What.HTTP, text=text, http=ASKED)
    return Record(at_ns=at, venue=VENUE, conn=CONN, what=What.IN, text=text)
