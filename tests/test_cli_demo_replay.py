"""The demo on genuine recorded frames: the same acts on prices that were.

The recording holds one venue, and no answer about its instruments, so one documented answer stands ahead of it.
Source of that answer's shape: https://github.com/binance/binance-spot-api-docs rest-api.md, read 2026-11-21.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import pytest

from tests.cli_runner import process
from tests.importers.hftbacktest import CONN, VENUE, read_capture
from venuekit.capture import Exchange, Header, Provenance, Record, What, write, write_header

DATA = Path(os.environ.get("VENUEKIT_VENUE_DATA", Path(__file__).parents[2] / "shared" / "venue-data"))
GENUINE = DATA / "binance" / "hftbacktest" / "spot_btcusdt_20240808.first20000.txt.gz"
INSTRUMENTS: Final = {
    "symbols": [
        {
            "symbol": "BTCUSDT",
            "status": "TRADING",
            "baseAsset": "BTC",
            "quoteAsset": "USDT",
            "isSpotTradingAllowed": True,
            "filters": [
                {"filterType": "PRICE_FILTER", "tickSize": "0.01"},
                {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
                {"filterType": "NOTIONAL", "minNotional": "5"},
            ],
        }
    ]
}
ASKED: Final = Exchange(method="GET", url="https://api.binance.com/api/v3/exchangeInfo", status=200)


@pytest.mark.skipif(not GENUINE.is_file(), reason=f"the recorded capture is not at {GENUINE}")
def test_the_demo_plays_on_recorded_frames_and_says_that_there_is_one_venue(tmp_path: Path) -> None:
    records = list(read_capture(GENUINE))
    listed = Record(
        at_ns=records[0].at_ns, venue=VENUE, conn=CONN, what=What.HTTP, text=json.dumps(INSTRUMENTS), http=ASKED
    )
    lines = [write_header(Header(provenance=Provenance.RECORDED)), *map(write, [listed, *records])]
    path = tmp_path / "genuine.jsonl"
    path.write_text("\n".join(lines) + "\n")
    done = process("demo", "--replay", str(path), timeout_s=20)
    assert (done.code, done.err) == (0, "")
    for promise in ("BTC-USDT over all venues, recorded", "one venue", "completed", "cancelled", "NAV"):
        assert promise in done.out
