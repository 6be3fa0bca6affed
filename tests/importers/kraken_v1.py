"""Kraken's WebSocket v1 recordings, told as a capture of WebSocket v2.

Used by `tests/test_kraken_capture.py` and by whoever replays Kraken. Only the shape is translated: every price,
quantity, time and checksum keeps its digits. What v1 does otherwise, and what becomes of it:
- numbers are strings with trailing zeros: the same digits become JSON numbers;
- `as`/`bs` is a snapshot, which has no checksum; `a`/`b` a change, `c` its checksum, perhaps in two parts;
- each level has its own time: the message gets the latest;
- pairs are spelled `XBT/USD`: they become `BTC/USD`;
- prices have at least five decimals, whatever the pair has, and the checksum is over those: `pair_decimals` of
  AssetPairs is raised to five, and `tick_size`, which recordings of that time lack, keeps the true step.
Source: https://docs.kraken.com/api/docs/guides/spot-ws-book-v1, read 2026-11-21.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from venuekit.capture import Exchange, Record, What
from venuekit.units import NANOS_PER_S, Nanos, parse_fixed

VENUE: Final = "kraken"
STREAM: Final = "wss://ws.kraken.com/v2"
V1_DECIMALS: Final = 5  # the fewest decimals of a v1 price
ASSETS: Final = {"XBT": "BTC", "XDG": "DOGE"}
HEARTBEAT: Final = '{"channel":"heartbeat"}'

_RECEIVED: Final = re.compile(r"(\d+\.\d+): (.+)")
_FETCHED: Final = re.compile(r"(https\S+) -> (\d+\.\d+): (.+)")


def read_feed(path: Path) -> Iterator[Record]:
    """Give the records of a recording by cryptofeed: lines of receive time and v1 frame."""
    lines = (_RECEIVED.fullmatch(line) for line in path.read_text().splitlines())
    return _tell((_nanos(line[1]), json.loads(line[2])) for line in lines if line)


def read_pairs(path: Path) -> Iterator[Record]:
    """Give the AssetPairs exchange of a recording by cryptofeed, with the decimals that v1 writes."""
    for line in path.read_text().splitlines():
        if (found := _FETCHED.fullmatch(line)) and found[1].endswith("/AssetPairs"):
            asked = Exchange(method="GET", url=found[1], status=200)
            text = json.dumps(_raise_decimals(json.loads(found[3])), separators=(",", ":"))
            yield Record(at_ns=_nanos(found[2]), venue=VENUE, conn="rest", what=What.HTTP, text=text, http=asked)


def read_fixture(path: Path) -> Iterator[Record]:
    """Give the records of python-kraken-sdk's recording, which has no receive times: each frame's own stands in."""
    found = json.loads(path.read_text())
    return _tell(_stamp([*found["init"], *found["updates"]]))


def translate(message: Any) -> str:
    """Give the v2 frame of a decoded v1 message. Raises: KeyError, ValueError for a message that we do not know."""
    if isinstance(message, dict):
        return _translate_event(message)
    *parts, channel, name = message[1:]
    return _translate_trades(parts[0], name) if channel == "trade" else _translate_book(parts, name)


def _tell(moments: Iterable[tuple[Nanos, Any]]) -> Iterator[Record]:
    opened = False
    for at, message in moments:
        if not opened:
            yield Record(at_ns=at, venue=VENUE, conn="stream", what=What.OPEN, note=STREAM)
            opened = True
        yield Record(at_ns=at, venue=VENUE, conn="stream", what=What.IN, text=translate(message))


def _stamp(messages: list[Any]) -> Iterator[tuple[Nanos, Any]]:
    at = Nanos(0)
    for message in messages:
        if isinstance(message, list):
            at = max(at, _nanos(_latest(message[1:-2])))
        yield at, message


def _translate_event(event: dict[str, Any]) -> str:
    kind: str = event["event"]
    if kind == "heartbeat":
        return HEARTBEAT
    if kind == "pong":
        return json.dumps({"method": "pong", "req_id": event["reqid"]})
    if kind == "systemStatus":
        return json.dumps({"channel": "status", "type": "update", "data": [{"system": event["status"]}]})
    if kind != "subscriptionStatus":
        raise ValueError(f"an event that we do not know: {kind}")
    result = {"channel": event["subscription"]["name"], "symbol": _symbol(event["pair"])}
    return json.dumps({"method": "subscribe", "result": result, "success": event["status"] == "subscribed"})


def _translate_book(parts: list[dict[str, Any]], name: str) -> str:
    merged: dict[str, Any] = {}
    for part in parts:
        merged |= part
    kind = "snapshot" if "as" in merged else "update"
    body = f'"symbol":"{_symbol(name)}","bids":{_rows(merged, "b", "bs")},"asks":{_rows(merged, "a", "as")}'
    if "c" in merged:
        body += f',"checksum":{int(merged["c"])}'
    if kind == "update":
        body += f',"timestamp":"{_rfc3339(_latest(parts))}"'
    return f'{{"channel":"book","type":"{kind}","data":[{{{body}}}]}}'


def _rows(book: dict[str, Any], *names: str) -> str:
    levels = [level for name in names for level in book.get(name, [])]
    return "[" + ",".join(f'{{"price":{px},"qty":{qty}}}' for px, qty, *_ in levels) + "]"


def _translate_trades(trades: list[list[str]], name: str) -> str:
    # v1 trades have no id: their place in the message stands in.
    rows = [
        f'{{"symbol":"{_symbol(name)}","side":"{"buy" if side == "b" else "sell"}","price":{px},"qty":{qty},'
        f'"ord_type":"{"market" if kind == "m" else "limit"}","trade_id":{number},"timestamp":"{_rfc3339(time)}"}}'
        for number, (px, qty, time, side, kind, _) in enumerate(trades)
    ]
    return f'{{"channel":"trade","type":"update","data":[{",".join(rows)}]}}'


def _raise_decimals(answer: dict[str, Any]) -> dict[str, Any]:
    for pair in answer["result"].values():
        decimals = pair["pair_decimals"]
        pair["tick_size"] = f"{10**-decimals:.{decimals}f}"
        pair["pair_decimals"] = max(decimals, V1_DECIMALS)
    return answer


def _symbol(name: str) -> str:
    return "/".join(ASSETS.get(asset, asset) for asset in name.split("/"))


def _latest(parts: list[dict[str, Any]]) -> str:
    levels = [level for part in parts for rows in part.values() if isinstance(rows, list) for level in rows]
    times: list[str] = [level[2] for level in levels]
    return max(times, key=_nanos)


def _nanos(seconds: str) -> Nanos:
    return Nanos(parse_fixed(seconds, 9))


def _rfc3339(seconds: str) -> str:
    whole, _, fraction = seconds.partition(".")
    return f"{datetime.fromtimestamp(_nanos(whole) // NANOS_PER_S, UTC):%Y-%m-%dT%H:%M:%S}.{fraction}Z"
