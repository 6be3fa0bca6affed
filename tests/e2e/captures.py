"""Captures made for a test: one Binance market whose book stands as the test wrote it.

Used to serve a known market through `--market replay:PATH`. The shapes are those of Binance's documentation, the prices
are made up, and the header says so. Source: https://github.com/binance/binance-spot-api-docs rest-api.md
(exchangeInfo, depth) and web-socket-streams.md (depthUpdate, trade), read 2026-11-21.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from venuekit.capture import Exchange, Header, Provenance, Record, What, write, write_header
from venuekit.units import NANOS_PER_S, Nanos

VENUE: Final = "binance"
CONN: Final = "stream"
REST: Final = "https://api.binance.com/api/v3"
STREAM: Final = "wss://stream.binance.com:9443/stream"
BEGAN: Final = 1_795_000_000 * NANOS_PER_S
Rows = Sequence[tuple[str, str]]

SNAPSHOT_AT: Final = 100  # the sequence number of every book at its beginning


def listing(symbols: Iterable[str] = ("BTCUSDT",), quote: str = "USDT") -> Record:
    """Tell what the venue lists."""
    text = json.dumps({"timezone": "UTC", "symbols": [_symbol(symbol, quote) for symbol in symbols]})
    return _answer(f"{REST}/exchangeInfo", "", "", text)


def snapshot(bids: Rows, asks: Rows, symbol: str = "BTC-USDT") -> Record:
    """Tell a whole book."""
    text = json.dumps({"lastUpdateId": SNAPSHOT_AT, "bids": bids, "asks": asks})
    return _answer(f"{REST}/depth", f"symbol={symbol.replace('-', '')}&limit=1000", symbol, text)


def change(number: int, bids: Rows, asks: Rows, after_s: float, symbol: str = "BTC-USDT") -> Record:
    """Tell the change of this number, the first being 1."""
    name, seq = symbol.replace("-", ""), SNAPSHOT_AT + number
    event = {"e": "depthUpdate", "E": 1_795_000_000_000, "s": name, "U": seq, "u": seq, "b": bids, "a": asks}
    return _frame({"stream": f"{name.lower()}@depth@100ms", "data": event}, after_s)


def trade(number: int, px: str, qty: str, after_s: float, symbol: str = "BTC-USDT") -> Record:
    """Tell a trade whose taker sold."""
    name = symbol.replace("-", "")
    event = {"e": "trade", "E": 1, "s": name, "t": number, "p": px, "q": qty, "T": 1_795_000_000_000, "m": True}
    return _frame({"stream": f"{name.lower()}@trade", "data": event}, after_s)


def write_capture(path: Path, records: Iterable[Record], *, stand_s: int = 600) -> Path:
    """Write a capture whose last book stands, and is heard of each second, for so long."""
    header = Header(provenance=Provenance.SIMULATED, made_by="tests/e2e/captures.py")
    beats = [_frame({"stream": "btcusdt@bookTicker", "data": {"u": 1}}, float(second)) for second in range(1, stand_s)]
    told = sorted([*records, *beats], key=lambda record: record.at_ns)
    path.write_text("".join(line + "\n" for line in [write_header(header), *map(write, told)]))
    return path


def market_of(bids: Rows, asks: Rows, *changes: Record) -> list[Record]:
    """Tell one market from its opening on."""
    opened = Record(at_ns=Nanos(BEGAN), venue=VENUE, conn=CONN, what=What.OPEN, note=STREAM)
    return [listing(), opened, snapshot(bids, asks), *changes]


def _answer(url: str, query: str, symbol: str, text: str) -> Record:
    asked = Exchange(method="GET", url=url, query=query, symbol=symbol, status=200)
    return Record(at_ns=Nanos(BEGAN), venue=VENUE, conn=CONN, what=What.HTTP, text=text, http=asked)


def _frame(message: dict[str, Any], after_s: float) -> Record:
    at = Nanos(BEGAN + round(after_s * NANOS_PER_S))
    return Record(at_ns=at, venue=VENUE, conn=CONN, what=What.IN, text=json.dumps(message, separators=(",", ":")))


def _symbol(name: str, quote: str) -> dict[str, Any]:
    return {
        "symbol": name,
        "status": "TRADING",
        "baseAsset": name.removesuffix(quote),
        "quoteAsset": quote,
        "isSpotTradingAllowed": True,
        "amendAllowed": True,
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET"],
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
            {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.0", "stepSize": "0.00001"},
            {"filterType": "NOTIONAL", "minNotional": "5.0", "applyMinToMarket": True},
        ],
    }
