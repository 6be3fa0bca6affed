"""The official client, unmodified, against the server on a real port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sequence_markets import Sequence, SequenceError

from tests.fakes import GRAPH_ID, LIVE_KEY, ORDER_ID, QTY, SYMBOL, TEST_KEY, VENUE
from tests.server_stage import Stage, listening
from venuekit_engine.refusal import Conflict, RateLimited, Unavailable


class Here:
    """A client and the stage it speaks to."""

    def __init__(self, url: str, stage: Stage) -> None:
        self.url, self.stage = url, stage
        self.client = Sequence(LIVE_KEY, url, max_retries=0)


@pytest.fixture
def here() -> Iterator[Here]:
    stage = Stage()
    with listening(stage) as url:
        yield Here(url, stage)


def test_health_needs_no_good_key(here: Here) -> None:
    assert Sequence("wrong", here.url).health() is True


def test_connecting_a_venue_and_letting_it_go(here: Here) -> None:
    here.client.connect_venue(VENUE, "key", "secret", extra_json={"vault": "0x1"})
    assert [(row["venue"], row["connected"]) for row in here.client.venues()] == [(VENUE, True)]
    here.client.disconnect_venue(VENUE)
    assert here.client.venues() == []


@pytest.mark.parametrize("symbol", [SYMBOL, "BTC/USD", "KXBTC-26DEC31:YES", "https://polymarket.com/event/x", "7" * 70])
def test_a_quote_of_any_symbol_arrives_under_its_own_name(here: Here, symbol: str) -> None:
    assert here.client.quote(symbol, depth=500)["symbol"] == symbol
    assert here.client.quotes([symbol])["quotes"][0]["symbol"] == symbol


def test_a_batch_of_quotes_tells_each_fault_in_its_place(here: Here) -> None:
    answer = here.client.quotes_batch([SYMBOL, "X"])
    assert [row.get("error") for row in answer["quotes"]] == [None, "resolver: unknown symbol"]
    assert answer["count"] == 2


def test_what_can_be_seen_is_seen(here: Here) -> None:
    client = here.client
    assert client.symbols()[0]["type"] == client.symbols()[0]["instrument_type"] == "spot"
    assert client.fees(SYMBOL, venues=[VENUE])["fees"][0]["maker_bps"] is None
    assert client.edges()["edges"][0]["status"] == "connected"
    assert client.account()["client_id"] == "client_1"
    assert client.preview(SYMBOL, "buy", 1.5)["qty_1e8"] == QTY
    assert client.positions_unified(kinds=["fiat"], venues=[VENUE])["totals"]["num_positions"] == 0
    with pytest.warns(DeprecationWarning, match="positions_unified"):
        held: Any = client.positions()
    assert held == client.positions_unified()


def test_an_order_is_bought_read_and_cancelled(here: Here) -> None:
    submitted = here.client.buy(SYMBOL, 1.0, limit_price=64_000.5, sandbox=True)
    assert submitted == {"graph_id": GRAPH_ID, "status": "active", "node_count": 1, "edge_count": 0}
    assert here.client.order(ORDER_ID)["node_order_id"] == ORDER_ID
    assert here.client.orders(limit=7, symbol=SYMBOL)["limit"] == 7
    assert here.client.fills()["fills"][0]["qty_1e8"] == QTY
    assert here.client.graph_status(GRAPH_ID)["nodes"]["order"]["filled_qty_1e8"] == QTY
    here.client.cancel(GRAPH_ID)
    here.client.graph_cancel(GRAPH_ID)
    assert [call[0] for call in here.stage.services.trade.calls].count("cancel_graph") == 2


def test_a_batch_of_orders_tells_of_each(here: Here) -> None:
    batch = here.client.batch(VENUE).buy(SYMBOL, 1.0).cancel(ORDER_ID).cancel("graph:nothing:order:1")
    responses = batch.end()["responses"]
    assert [next(iter(row)) for row in responses] == ["submitted", "cancelled", "error"]


def removed(client: Sequence) -> Any:
    with pytest.warns(DeprecationWarning, match="positions_unified"):
        return client.balances()


@pytest.mark.parametrize(
    ("call", "status", "words"),
    [
        (lambda client: Sequence("seq_live_wrong", client._base_url).symbols(), 401, "wrong or was revoked"),
        (lambda client: client.graph_status("graph_none"), 404, "no graph graph_none"),
        (lambda client: client.order("none"), 404, "not found"),
        (removed, 404, "use GET /v1/positions"),
        (lambda client: client.preview("NOPE", "buy", 1.0), 422, "unknown symbol"),
        (lambda client: client.cancel(ORDER_ID), 404, "first colon"),
        (lambda client: client.quotes_batch(["X"] * 2001), 422, "symbols"),
        (lambda client: client.preview("x" * (3 << 20), "buy", 1.0), 413, "1048576"),
    ],
)
def test_an_error_reaches_the_client_with_its_status_and_words(here: Here, call: Any, status: int, words: str) -> None:
    with pytest.raises(SequenceError, match=words) as caught:
        call(here.client)
    assert caught.value.status == status


@pytest.mark.parametrize(
    "fault", [Conflict("other parameters"), RateLimited("slow down", 0.1), Unavailable("not now")], ids=type
)
def test_a_refused_order_is_told_as_it_is(here: Here, fault: Any) -> None:
    here.stage.services.trade.fault = fault
    with pytest.raises(SequenceError, match=fault.message) as caught:
        here.client.sell(SYMBOL, 1.0)
    assert caught.value.status == fault.status


def test_a_client_that_is_told_to_wait_waits_that_long_and_succeeds(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        here.stage.services.market.fault = None

    monkeypatch.setattr("sequence_markets.client.time.sleep", wait)
    here.stage.services.market.fault = RateLimited("slow down", 6.2)
    assert Sequence(TEST_KEY, here.url).symbols()[0]["symbol"] == SYMBOL
    assert waits == [7.0]
