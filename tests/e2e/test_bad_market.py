"""Books that may not be traded on: one-sided, crossed, stale, of a broken capture. No fill at nonsense prices."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, Final

import httpx

from tests.e2e.captures import Rows, change, market_of, write_capture
from tests.e2e.serving import PATIENCE_S, Server, serving, until
from tests.e2e.trading import ENDED, finish, look, rest
from venuekit.run.clock import VirtualClock
from venuekit_engine.engine import Engine
from venuekit_engine.server.app import build_app
from venuekit_engine.settings import Settings

SYMBOL: Final = "BTC-USDT"
BIDS: Final[Rows] = [("99.50", "2.0"), ("99.00", "1.0")]
ASKS: Final[Rows] = [("100.50", "1.5"), ("101.00", "3.0")]
SILENT_S: Final = 11  # a feed that is silent for longer than ten seconds is not believed


def options(path: Path) -> tuple[str, str]:
    return "--market", f"replay:{path}"


def test_a_one_sided_book_fills_no_buy_and_lets_a_limit_order_wait(tmp_path: Path) -> None:
    capture = write_capture(tmp_path / "one.jsonl", market_of(BIDS, []))
    with serving(tmp_path, *options(capture)) as server:
        paper = server.client()
        quote = paper.quote(SYMBOL)
        assert (quote["venues"]["binance"]["state"], quote["nbbo"]["mid"]) == ("one_sided", 0)
        preview = paper.preview(SYMBOL, "buy", 1)
        assert (preview["nbbo"]["ask_px_1e9"], preview["legs"]) == (None, [])
        refused = finish(paper, paper.buy(SYMBOL, 1))
        assert (refused.order["status"], refused.order["failure_reason"]) == ("REJECTED", "STALE_VENUE")
        assert "no asks" in refused.node["message"]
        waiting = rest(paper, paper.buy(SYMBOL, 1, limit_price=100))
        assert (waiting.order["status"], paper.fills()["total"]) == ("ACCEPTED", 0)


def test_an_asset_without_a_price_is_funded_when_it_has_one(tmp_path: Path) -> None:
    later = change(1, [], [("100.50", "1.5")], after_s=1.5)
    capture = write_capture(tmp_path / "later.jsonl", market_of(BIDS, [], later))
    with serving(tmp_path, *options(capture)) as server:
        paper = server.client()
        assert finish(paper, paper.sell(SYMBOL, 1)).order["status"] == "REJECTED"
        until(lambda: paper.quote(SYMBOL)["nbbo"]["mid"], bool)
        assert finish(paper, paper.sell(SYMBOL, 1)).order["status"] == "COMPLETED"


def test_a_crossed_book_fills_nothing_and_tells_why(tmp_path: Path) -> None:
    capture = write_capture(tmp_path / "crossed.jsonl", market_of([("250.00", "2.0"), *BIDS], ASKS))
    with serving(tmp_path, *options(capture)) as server:
        paper = server.client()
        quote = paper.quote(SYMBOL)
        assert (quote["source"], quote["venues"]["binance"]["state"]) == ("unavailable", "crossed")
        for submission in (
            paper.buy(SYMBOL, 1),
            paper.sell(SYMBOL, 1),
            paper.buy(SYMBOL, 1, limit_price=300),
            paper.buy(SYMBOL, 1, limit_price=90),
        ):
            refused = finish(paper, submission)
            assert (refused.order["status"], refused.order["failure_reason"]) == ("REJECTED", "STALE_VENUE")
            assert "crossed" in refused.node["message"]
        assert paper.fills()["total"] == 0


def test_a_resting_order_is_not_filled_while_its_book_is_crossed(tmp_path: Path) -> None:
    crossed = change(1, [("120.00", "5.0")], [("90.00", "5.0")], after_s=1.5)
    capture = write_capture(tmp_path / "crosses.jsonl", market_of(BIDS, ASKS, crossed))
    with serving(tmp_path, *options(capture)) as server:
        paper = server.client()
        waiting = rest(paper, paper.buy(SYMBOL, 1, limit_price=98))
        until(lambda: paper.quote(SYMBOL)["venues"]["binance"]["state"], lambda state: state == "crossed")
        found = look(paper, paper.graph_status(waiting.graph["graph_id"]))
        assert (found.order["status"], found.fills) == ("ACCEPTED", [])


async def ask(app: Any, key: str, method: str, path: str, asked: dict[str, Any] | None = None) -> Any:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://engine") as client:
        response = await client.request(method, path, json=asked, headers={"authorization": f"Bearer {key}"})
    assert response.status_code == 200, response.text
    return response.json()


async def finish_within(app: Any, key: str, order: dict[str, Any]) -> Any:
    """Send an order to an engine of this process; give its node once it has ended."""
    submission = await ask(app, key, "POST", "/v1/orders", order)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            await ask(app, key, "GET", "/v1/orders")  # answered when all that was written is durable
            graph = await ask(app, key, "GET", f"/v1/execution_graphs/{submission['graph_id']}")
            if graph["status"] in ENDED:
                return graph["nodes"]["order"]


async def test_a_stale_book_fills_nothing_and_tells_its_age(tmp_path: Path) -> None:
    capture = write_capture(tmp_path / "stale.jsonl", market_of(BIDS, ASKS), stand_s=1)
    clock = VirtualClock(1_795_000_000_000_000_000)
    settings = Settings(data_dir=tmp_path / "data", market=f"replay:{capture}", speed=0)
    engine = await Engine(settings, clock).start()
    try:
        app, key = build_app(engine), engine.first_keys.test_key if engine.first_keys else ""
        order = {"symbol": SYMBOL, "side": "buy", "qty": 0.1}
        filled = await finish_within(app, key, order)
        assert filled["status"] == "filled"
        await clock.advance(SILENT_S)
        for changed in ({}, {"side": "sell"}, {"price": 200}, {"price": 90}):
            node = await finish_within(app, key, order | changed)
            assert (node["status"], node["reason"], node["filled_qty_1e8"]) == ("rejected", "STALE_VENUE", 0)
            assert f"nothing heard for {SILENT_S}000 ms" in node["message"]
        assert (await ask(app, key, "GET", "/v1/fills"))["total"] == filled["fill_count"]
    finally:
        await engine.stop()


def skipped_of(server: Server) -> list[int]:
    told = [json.loads(line) for line in server.log.splitlines()]
    return [row["skipped"] for row in told if "skipped" in row]


def test_a_capture_cut_mid_line_is_served_up_to_the_cut_which_is_counted(tmp_path: Path) -> None:
    capture = write_capture(tmp_path / "cut.jsonl", market_of(BIDS, ASKS))
    lines = capture.read_bytes().splitlines(keepends=True)
    capture.write_bytes(b"".join(lines)[:-25])
    with serving(tmp_path, *options(capture)) as server:
        assert skipped_of(server) == [1]
        assert f'"line": {len(lines)}' in server.log
        assert finish(server.client(), server.client().buy(SYMBOL, 1)).order["status"] == "COMPLETED"


def test_every_broken_line_of_a_capture_is_counted(tmp_path: Path) -> None:
    capture = write_capture(tmp_path / "broken.jsonl", market_of(BIDS, ASKS))
    with capture.open("a") as file:
        file.write('{"at_ns":1}\nnot json\n{"at_ns":1,"venue":"binance","conn":"1","what":"in"}\n[]\n{"a\n')
    with serving(tmp_path, *options(capture)) as server:
        assert skipped_of(server) == [5]
        assert server.client().quote(SYMBOL)["nbbo"]["bid"] == 99.5
