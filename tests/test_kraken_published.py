"""Every market-data payload of Kraken that others published or recorded: read to the digit, or refused as told here.

The shape tells what a payload is. WebSocket v1 is the API before: all of it must be refused, none of it half read. The
collection is no part of this repository; without it, all is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.importers.published import ROOT, Payload, Unread, read_payloads, scaled_px, scaled_qty, walk_payloads
from venuekit.errors import OutcomeUnknown
from venuekit.market import BookDelta, BookSnapshot, TradePrint
from venuekit.units import Nanos
from venuekit.venue import Feed
from venuekit_kraken.venue import Kraken
from venuekit_testkit.play import play
from venuekit_testkit.spot import make_spot

FILES: Final = (
    "kraken/barter/*.jsonl",
    "kraken/cryptoexchange-vcr/Kraken.*.yml",
    "kraken/gct-ws/*.jsonl",
    "kraken/hummingbot/test_kraken_api_order_book*.jsonl",
    "kraken/jkorf/Endpoints.Spot.ExchangeData.*.txt",
    "kraken/jkorf/JsonResponses.SpotExchangeData.*.txt",
    "kraken/jkorf/JsonResponses.Socket.*.txt",
    "kraken/jkorf/Subscriptions.Spot.*.txt",
    "kraken/kraken-async-rs/rest-public*.jsonl",
    "kraken/kraken-async-rs/ws-v2-market*.jsonl",
    "kraken/xchange/*.json",
)
NOW: Final = Nanos(1)
PAIR: Final = make_spot("kraken", "BTC-USD", "XBTUSD")

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason=f"recorded venue data is not at {ROOT}")


def shape_of(told: Any) -> str:
    """Name what a payload is by what only it has; "" for what we never ask for."""
    if isinstance(told, list) or (isinstance(told, dict) and "event" in told):
        return "v1"
    if not isinstance(told, dict) or "params" in told:
        return ""
    if "channel" in told or "method" in told:
        return "frame"
    result = told.get("result")
    one = next(iter(result.values()), None) if isinstance(result, dict) else None
    if isinstance(one, dict):
        return "pairs" if "pair_decimals" in one else "depth" if {"asks", "bids"} <= set(one) else ""
    is_trades = isinstance(one, list) and one and isinstance(one[0], list) and set(one[0]) & {"b", "s"}
    return "trades" if is_trades else ""


def check_pairs(payload: Payload) -> None:
    told = [pair for pair in payload.parse()["result"].values() if "wsname" in pair]
    found = play(Kraken().instruments(), payload.response)
    assert [each.venue_symbol for each in found] == [pair["altname"] for pair in told]
    for instrument, pair in zip(found, told, strict=True):
        tick = pair.get("tick_size", Decimal(1).scaleb(-pair["pair_decimals"]))
        assert instrument.untradable or instrument.tick == scaled_px(tick)
        assert instrument.fees is not None
        assert instrument.fees.taker == Decimal(str(pair["fees"][0][1])) * 10**6


def check_depth(payload: Payload) -> None:
    (told,) = payload.parse()["result"].values()
    book = play(Kraken().book(PAIR, 0), payload.response)
    for levels, rows in ((book.bids, told["bids"]), (book.asks, told["asks"])):
        assert levels == [(scaled_px(px), scaled_qty(qty)) for px, qty, _ in rows]


def check_trades(payload: Payload) -> None:
    (told,) = (each for each in payload.parse()["result"].values() if isinstance(each, list))
    trades = play(Kraken().trades(PAIR, 1000), payload.response)
    expected = [(str(row[6]), scaled_px(row[0]), scaled_qty(row[1]), scaled_px(row[2])) for row in told]
    assert [(trade.trade_id, trade.px, trade.qty, trade.ts) for trade in trades] == expected


def check_frame(payload: Payload) -> None:
    told = payload.parse()
    data = told.get("data", [])
    channel, rows = told.get("channel"), data if isinstance(data, list) else []
    events = feed_of(rows).receive(payload.text, NOW)
    assert len(events) == (len(rows) if channel == "book" or (channel, told.get("type")) == ("trade", "update") else 0)
    for event, row in zip(events, rows, strict=False):
        if isinstance(event, TradePrint):
            assert (event.px, event.qty) == (scaled_px(row["price"]), scaled_qty(row["qty"]))
            continue
        assert isinstance(event, BookSnapshot if told["type"] == "snapshot" else BookDelta)
        assert event.checksum == row["checksum"]
        for levels, sides in ((event.bids, row["bids"]), (event.asks, row["asks"])):
            assert levels == [(scaled_px(each["price"]), scaled_qty(each["qty"])) for each in sides]


def feed_of(rows: list[Any]) -> Feed:
    names = {row["symbol"] for row in rows if "symbol" in row} or {"BTC/USD"}
    return Kraken().feed([make_spot("kraken", name.replace("/", "-"), name) for name in names])


def check_v1(payload: Payload) -> None:
    with pytest.raises(ValueError):
        feed_of([]).receive(payload.text, NOW)


CHECKS: Final[Mapping[str, Callable[[Payload], None]]] = {
    "depth": check_depth,
    "frame": check_frame,
    "pairs": check_pairs,
    "trades": check_trades,
    "v1": check_v1,
}

_UNNUMBERED: Final = Unread(OutcomeUnknown, "at least length 7", "trades had no number before 2022")

UNREAD: Final[Mapping[str, Unread]] = {
    "cryptoexchange-vcr/Kraken.integration_specs_fetch_trades.yml": _UNNUMBERED,
    "xchange/kraken.dto.marketdata.example-trades-data.json": _UNNUMBERED,
}


def test_every_payload_of_ours_is_read_to_the_digit_or_refused_as_told() -> None:
    assert walk_payloads(read_payloads(*FILES), shape_of, CHECKS, UNREAD) == {
        "": 156,  # assets, tickers, spreads, klines, accounts, orders, requests; 126 of them one list of assets
        "depth": 5,
        "frame": 20,
        "pairs": 4,
        "trades": 2,
        "v1": 39,
    }
