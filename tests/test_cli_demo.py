"""The demo: that it shows what it promises, and that it fails where it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli_runner import process
from tests.sdk_server import FILL, GRAPH, KEY, LEG, PREVIEW, QTY, QUOTE, STATUS, FakeEngine, fake_engine
from venuekit_sdk import Sequence
from venuekit_sdk.cli.demo import acts, choice
from venuekit_sdk.result.quote import Quote

PROMISES = [
    "1. Plugins", "binance", "coinbase", "kraken", "refused", "2. BTC-USD", "NBBO", "BID_SZ", "3. How", "COST_BPS",
    "4. Buy", "completed", "5. Two limit orders", "cancelled", "6. Positions", "NAV", "7. Where", "sequence serve",
]  # fmt: skip
prices = st.floats(min_value=0.001, max_value=1e7, allow_nan=False)


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    with fake_engine() as engine:
        yield engine


@pytest.fixture
def seq(engine: FakeEngine) -> Iterator[Sequence]:
    with Sequence(KEY, engine.url) as seq:
        yield seq


def quote(*venues: str, **changes: Any) -> Quote:
    top = {"bid": 100.0, "ask": 101.0, "bid_size": 1.0, "ask_size": 0.27, "age_ms": 1, "state": "live"}
    return msgspec.convert(QUOTE | {"venues": dict.fromkeys(venues, top)} | changes, Quote)


@pytest.mark.parametrize("seed", ["7", "11"])
def test_the_demo_shows_every_promise_and_ends_by_itself(seed: str) -> None:
    done = process("demo", "--seed", seed, timeout_s=20)
    assert (done.code, done.err) == (0, "")
    places = [done.out.find(promise) for promise in PROMISES if promise[0].isdigit()]
    assert [promise for promise in PROMISES if promise not in done.out] == []
    assert places == sorted(places)
    assert "seq_test_" not in done.out
    assert "seq_live_" not in done.out


def test_a_capture_that_is_not_there_is_a_failure() -> None:
    done = process("demo", "--replay", "/no/such/capture.jsonl")
    assert done.code == 1
    assert "/no/such/capture.jsonl" in done.err


def test_a_capture_of_nothing_is_a_failure_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("not a record\n")
    done = process("demo", "--replay", str(tmp_path / "x.jsonl"))
    assert done.code == 1
    assert "the demo failed" in done.err
    assert "Traceback" not in done.err


def test_the_symbol_of_most_venues_is_chosen_and_the_favourite_among_equals() -> None:
    few, many, ours = quote("a", symbol="A"), quote("a", "b", symbol="B"), quote("a", "b", symbol="BTC-USD")
    assert choice.choose_quote([few, many]) is many
    assert choice.choose_quote([many, ours, few]) is ours
    assert choice.choose_quote([quote(symbol="NONE")]) is None


def test_a_stale_or_one_sided_venue_does_not_count() -> None:
    stale = QUOTE | {"venues": {"kraken": {"bid": 1, "ask": 2, "bid_size": 1, "ask_size": 1, "state": "stale"}}}
    empty = QUOTE | {"venues": {"kraken": {"bid": 0, "ask": 2, "bid_size": 0, "ask_size": 1}}}
    assert choice.live_venues(msgspec.convert(stale, Quote)) == []
    assert choice.live_venues(msgspec.convert(empty, Quote)) == []


@given(prices)
def test_the_far_price_is_below_the_market_and_the_near_one_too_but_closer(bid: float) -> None:
    low, high = choice.resting_price(bid), choice.filling_price(bid)
    assert Decimal(repr(bid)) * Decimal("0.8") < low <= Decimal(repr(bid)) * choice.FAR
    assert low < high < Decimal(repr(bid))
    assert len(low.as_tuple().digits) <= 2


@given(st.decimals(min_value="0.001", max_value=10_000, places=3))
def test_every_next_size_is_larger(size: Decimal) -> None:
    assert choice.larger(choice.digits(size, 2)) > choice.digits(size, 2)


def test_too_few_venues_break_the_demo(engine: FakeEngine, seq: Sequence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "MARKET_S", 0.0)
    with pytest.raises(acts.Broken, match="expected 3 venues"):
        acts.see_market(seq, is_recorded=False)
    engine.canned["GET", "/v1/quotes"] = {"quotes": []}
    with pytest.raises(acts.Broken, match="no venue quotes anything"):
        acts.see_market(seq, is_recorded=True)


def test_one_recorded_venue_is_said_to_be_one(engine: FakeEngine, seq: Sequence) -> None:
    _, shown = acts.see_market(seq, is_recorded=True)
    assert "one venue" in str(shown[-1])


def test_a_route_over_one_venue_breaks_the_demo(engine: FakeEngine, seq: Sequence) -> None:
    with pytest.raises(acts.Broken, match="no size of BTC-USD was routed to 2 venues"):
        acts.see_route(seq, quote("binance", "kraken"))


def test_the_size_grows_until_two_venues_are_needed(engine: FakeEngine, seq: Sequence) -> None:
    engine.canned["POST", "/v1/orders/preview"] = PREVIEW | {"legs": [LEG, LEG | {"venue": "kraken"}]}
    size, _ = acts.see_route(seq, quote("binance", "kraken"))
    assert size == Decimal("0.27")


def test_fills_of_one_venue_break_the_promise_of_a_split(engine: FakeEngine, seq: Sequence) -> None:
    with pytest.raises(acts.Broken, match="expected fills of 2 venues"):
        acts.buy_split(seq, quote("binance", "kraken"), Decimal(1))
    engine.canned["GET", "/v1/fills"]["fills"] = [FILL | {"qty_1e8": 9 * QTY}]
    with pytest.raises(acts.Broken, match="expected fills of 5 in all"):
        acts.buy_split(seq, quote("binance", "kraken"), Decimal(5))


def test_what_a_moving_market_left_over_is_bought_again_and_told(engine: FakeEngine, seq: Sequence) -> None:
    shown = acts.buy_split(seq, quote("binance"), Decimal(3))
    bought = [each.body["nodes"][0]["quantity"]["fixed"]["qty_1e8"] for each in engine.asked if each.method == "POST"]
    assert bought == [3 * QTY, 2 * QTY, QTY]
    assert "bought again" in str(shown[2])


def test_an_order_that_does_not_complete_breaks_the_demo(engine: FakeEngine, seq: Sequence) -> None:
    engine.canned["GET", f"/v1/execution_graphs/{GRAPH}"] = STATUS | {"status": "failed"}
    with pytest.raises(acts.Broken, match="expected completed"):
        acts.buy_split(seq, quote("binance"), Decimal(1))


def test_a_far_order_that_does_not_rest_breaks_the_demo(engine: FakeEngine, seq: Sequence) -> None:
    with pytest.raises(acts.Broken, match="expected it to rest"):
        acts.batch_limits(seq, quote("binance"), Decimal(1))


def test_holding_nothing_breaks_the_demo(engine: FakeEngine, seq: Sequence) -> None:
    acts.hold(seq, quote("binance"))
    engine.canned["GET", "/v1/positions"]["positions"][0] |= {"qty_1e8": 0 * QTY}
    with pytest.raises(acts.Broken, match="position in BTC"):
        acts.hold(seq, quote("binance"))
