"""Every command that reads: as JSON for programs, as a table for people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli_runner import sequence
from tests.sdk_server import GRAPH, KEY, NODE, QTY, QUOTE, STATUS, Fail, FakeEngine, fake_engine

# a command, what its JSON holds, what its table shows
READS: list[tuple[list[str], str, list[str]]] = [
    (["quote", "BTC-USD"], "nbbo", ["NBBO", "VENUE", "BID_SZ", "AGE", "42ms", "101.5", "stale"]),
    (["symbols"], "0.venues", ["SYMBOL", "BTC-USD", "binance, kraken"]),
    (["fees", "BTC-USD"], "fees", ["MAKER_BPS", "binance", "10"]),
    (["edges"], "edges", ["binance-spot", "connected"]),
    (["preview", "BTC-USD", "buy", "1"], "legs", ["LIMIT_PX", "102", "12.5", "left out kraken: STALE"]),
    (["orders"], "orders", ["FILLED", "PARTIAL", NODE, "2023-11-14 22:13:20.123", "1 of 1"]),
    (["order", NODE], "status", ["PARTIAL", NODE]),
    (["order", GRAPH], "nodes", [GRAPH, "completed", "filled"]),
    (["fills"], "fills", ["binance", "0.1 USD"]),
    (["positions"], "totals", ["BTC", "200.00", "NAV 200.00 USD"]),
    (["venues"], "0.connected", ["binance", "yes"]),
    (["account"], "client_id", ["client_1", "sandbox", "1000"]),
    (["buy", "BTC-USD", "1"], "nodes", [GRAPH, "completed"]),
    (["sell", "BTC-USD", "1"], "nodes", [GRAPH, "completed"]),
    (["cancel", NODE], "status", ["cancelled"]),
]


@pytest.fixture(autouse=True)
def no_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQUENCE_CONFIG", str(tmp_path / "config.toml"))
    for name in ("SEQ_API_KEY", "SEQ_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    with fake_engine() as engine:
        yield engine


@pytest.mark.parametrize(("words", "field", "_"), READS)
def test_json_is_all_that_is_printed(engine: FakeEngine, words: list[str], field: str, _: list[str]) -> None:
    done = sequence(*words, "--json", url=engine.url)
    assert (done.code, done.err) == (0, "")
    found = done.json
    for key in field.split("."):
        found = found[int(key) if key.isdigit() else key]
    assert found


@pytest.mark.parametrize(("words", "_", "shown"), READS)
def test_a_table_shows_what_matters_and_no_key(engine: FakeEngine, words: list[str], _: str, shown: list[str]) -> None:
    done = sequence(*words, url=engine.url)
    assert (done.code, done.err) == (0, "")
    assert [text for text in shown if text not in done.out] == []
    assert KEY not in done.out


def test_json_is_spelled_as_on_the_wire(engine: FakeEngine) -> None:
    sent = {key: value for key, value in QUOTE.items() if key != "a_later_field"}
    found = sequence("quote", "BTC-USD", "--json", url=engine.url).json
    assert found["nbbo"] == sent["nbbo"]
    assert found["book"] == sent["book"]
    assert sequence("order", GRAPH, "--json", url=engine.url).json["nodes"]["order"]["filled_qty_1e8"] == QTY


def test_a_wide_table_is_not_cut_in_a_pipe(engine: FakeEngine) -> None:
    assert NODE in sequence("fills", url=engine.url).out


def test_what_a_server_says_is_text_and_no_markup(engine: FakeEngine) -> None:
    engine.canned["GET", "/v1/edges"] = {"edges": [{"edge_id": "[red]x[/red]", "reason": "[bold]:smile:"}]}
    out = sequence("edges", url=engine.url).out
    assert "[red]x[/red]" in out
    assert "[bold]:smile:" in out


def test_options_reach_the_server(engine: FakeEngine) -> None:
    sequence("orders", "--symbol", "BTC-USD", "--limit", "3", "--offset", "2", url=engine.url)
    sequence("positions", "--venues", "okx,kraken", "--kinds", "fiat", "--include-closed", url=engine.url)
    sequence("quote", "BTC-USD", "--depth", "3", url=engine.url)
    assert [each.query for each in engine.asked] == [
        "limit=3&offset=2&symbol=BTC-USD",
        "venues=okx%2Ckraken&kinds=fiat&include_closed=true",
        "depth=3",
    ]


def test_more_rows_are_told(engine: FakeEngine) -> None:
    page = engine.canned["GET", "/v1/fills"] | {"total": 9, "has_more": True, "offset": 3}
    engine.canned["GET", "/v1/fills"] = page
    assert "1 of 9; more: --offset 4" in sequence("fills", url=engine.url).out


def test_an_order_carries_all_its_terms(engine: FakeEngine) -> None:
    terms = "--limit 74349.45 --venue kraken --urgency high --policy sor --max-slippage-bps 5 --horizon-ms 900"
    words = [*terms.split(), "--tif", "ioc", "--perp", "--graph-id", "mine"]
    sequence("--sandbox", "buy", "BTC-USD", "2.3", *words, url=engine.url)
    body = engine.asked[0].body
    assert body["graph_id"] == "mine"
    assert body["is_sandbox"] is True
    assert body["nodes"] == [
        {
            "node_id": "order",
            "instrument": {"symbol": "BTC-USD", "type": "perp", "venue": "kraken"},
            "side": "buy",
            "order_type": {"limit": {"price_1e9": 74_349_450_000_000}},
            "quantity": {"fixed": {"qty_1e8": 230_000_000}},
            "execution": {
                "urgency": "high",
                "policy": "sor",
                "max_slippage_bps": 5,
                "horizon_ms": 900,
                "tif": "IOC",
            },
            "activation": "root",
        }
    ]


def test_the_sandbox_may_be_asked_for_behind_the_command(engine: FakeEngine) -> None:
    sequence("sell", "BTC-USD", "--notional", "100", "--sandbox", url=engine.url)
    assert engine.asked[0].body["is_sandbox"] is True
    assert engine.asked[0].body["notional"] == 100


def test_an_order_that_rests_says_how_to_stop_it(engine: FakeEngine) -> None:
    engine.canned["GET", f"/v1/execution_graphs/{GRAPH}"] = STATUS | {"status": "active"}
    done = sequence("buy", "BTC-USD", "1", "--wait", "0", url=engine.url)
    assert done.code == 0
    assert f"sequence cancel {GRAPH}" in done.out


def test_a_crossed_market_is_called_so(engine: FakeEngine) -> None:
    crossed = {"bid": 102.0, "ask": 101.0, "mid": 0.0, "spread_bps": 0.0}
    engine.canned["GET", "/v1/quotes/BTC-USD"] = QUOTE | {"nbbo": crossed}
    assert "crossed" in sequence("quote", "BTC-USD", url=engine.url).out


def test_small_prices_are_shown_in_full(engine: FakeEngine) -> None:
    engine.canned["GET", f"/v1/orders/{NODE.replace(':', '%3A')}"] |= {"avg_fill_price_1e9": 1, "qty_1e8": 10**6 * QTY}
    out = sequence("order", NODE, url=engine.url).out
    assert "0.000000001" in out
    assert "1,000,000" in out


def test_a_failed_order_is_told_with_its_reason(engine: FakeEngine) -> None:
    nothing = {"filled_qty_1e8": 0, "status": "rejected", "reason": "INSUFFICIENT_BALANCE"}
    node = STATUS["nodes"]["order"] | nothing  # type: ignore[index]
    failed = STATUS | {"status": "failed", "nodes": {"order": node}}
    engine.canned["GET", f"/v1/execution_graphs/{GRAPH}"] = failed
    done = sequence("buy", "BTC-USD", "1", url=engine.url)
    assert done.code == 1
    assert "INSUFFICIENT_BALANCE" in done.out


def test_an_order_that_was_killed_unfilled_came_to_nothing(engine: FakeEngine) -> None:
    node = STATUS["nodes"]["order"] | {"status": "cancelled", "filled_qty_1e8": 0}  # type: ignore[index]
    killed = STATUS | {"status": "cancelled", "nodes": {"order": node}}
    engine.canned["GET", f"/v1/execution_graphs/{GRAPH}"] = killed
    assert sequence("buy", "BTC-USD", "1", "--limit", "1", "--tif", "FOK", url=engine.url).code == 1


def test_a_wait_of_the_server_is_kept_from_stdout(engine: FakeEngine) -> None:
    engine.fails = [Fail(503)]
    assert sequence("account", "--json", url=engine.url).json["client_id"] == "client_1"
