"""Genuine recordings told as captures of ours, and the books that they imply, told without our code.

Used by `test_replay_served.py`. The books are dictionaries of decimals, straight from the venues' own JSON, so that a
fill of the engine can be held against what the venue really showed.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tests.importers.hftbacktest import read_capture
from tests.importers.kraken_v1 import read_feed, read_pairs
from venuekit.capture import Exchange, Header, Provenance, Record, What, write, write_header
from venuekit.units import Nanos

DATA: Final = Path(os.environ.get("VENUEKIT_VENUE_DATA", Path(__file__).parents[3] / "shared" / "venue-data"))
BINANCE: Final = DATA / "binance" / "hftbacktest" / "spot_btcusdt_20240808.first20000.txt.gz"
BINANCE_LISTING: Final = DATA / "binance" / "ex_binance" / "spot.public.exchange_info_ok.json"
KRAKEN: Final = DATA / "kraken" / "cryptofeed" / "KRAKEN.ws.50.0.two-pairs.txt"
KRAKEN_LISTING: Final = DATA / "kraken" / "cryptofeed" / "KRAKEN.0.txt"
GENUINE: Final = (BINANCE, BINANCE_LISTING, KRAKEN, KRAKEN_LISTING)

Side = dict[Decimal, Decimal]
Plain = tuple[Side, Side]  # bids and asks; changed in place
Rows = Iterable[Any]


def write_binance(path: Path) -> Path:
    """Write 20,000 frames of BTC-USDT, with what Binance listed."""
    listed: str = json.loads(BINANCE_LISTING.read_text())[0]["response"]["body"]
    records = list(read_capture(BINANCE))
    asked = Exchange(method="GET", url="https://api.binance.com/api/v3/exchangeInfo", status=200)
    first = Record(at_ns=Nanos(records[0].at_ns), venue="binance", conn="rest", what=What.HTTP, text=listed, http=asked)
    return _write(path, "hftbacktest", [first, *records])


def write_kraken(path: Path) -> Path:
    """Write the checksummed books of two pairs a thousand levels deep, with what Kraken listed."""
    return _write(path, "cryptofeed, told in WebSocket v2", [*read_pairs(KRAKEN_LISTING), *read_feed(KRAKEN)])


def binance_books() -> Iterator[Plain]:
    """Give the book after each change, by the steps that the venue's documentation numbers."""
    with gzip.open(BINANCE, "rt", encoding="utf-8") as lines:
        messages = [json.loads(line.partition(" ")[2]) for line in lines]
    (answer,) = [message for message in messages if "lastUpdateId" in message]
    seq: int = answer["lastUpdateId"]
    bids, asks = _side(answer["bids"]), _side(answer["asks"])
    yield bids, asks
    for message in messages:
        event = message.get("data", {})
        if event.get("e") == "depthUpdate" and event["u"] > seq:
            seq = event["u"]
            _change(bids, event["b"])
            _change(asks, event["a"])
            yield bids, asks


def kraken_books(pair: str) -> Iterator[Plain]:
    """Give the book of a pair after each message."""
    bids: Side = {}
    asks: Side = {}
    for line in KRAKEN.read_text().splitlines():
        stamp, _, text = line.partition(": ")
        message = json.loads(text) if stamp.replace(".", "").isdecimal() else None
        if isinstance(message, list) and message[-1] == pair:
            for part in message[1:-2]:
                _change(bids, [*part.get("bs", []), *part.get("b", [])])
                _change(asks, [*part.get("as", []), *part.get("a", [])])
            yield bids, asks


def could_fill(levels: Side, fills: list[tuple[Decimal, Decimal]], *, best: Any) -> bool:
    """Tell whether these (price, quantity) are what a walk of the levels takes; `best` is min for asks."""
    *whole, last = fills
    if any(levels.get(px) != qty for px, qty in whole) or levels.get(last[0], Decimal(0)) < last[1]:
        return False
    reached = [px for px in levels if best(px, last[0]) == px]
    return len(reached) == len(fills)


def _side(rows: Rows) -> Side:
    return {Decimal(px): Decimal(qty) for px, qty in rows}


def _change(levels: Side, rows: Rows) -> None:
    for px, qty, *_ in rows:
        if Decimal(qty):
            levels[Decimal(px)] = Decimal(qty)
        else:
            levels.pop(Decimal(px), None)


def _write(path: Path, maker: str, records: Iterable[Record]) -> Path:
    header = write_header(Header(provenance=Provenance.RECORDED, made_by=maker))
    path.write_text("".join(line + "\n" for line in [header, *map(write, records)]))
    return path
