"""Both clients against a server on loopback: every verb, the same on both, and what they may not do."""

from __future__ import annotations

import asyncio
import inspect
import socket
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from rich.pretty import pretty_repr

from tests.sdk_server import GRAPH, KEY, NODE, Asked, Fail, FakeEngine, fake_engine
from venuekit_sdk import ApiError, AsyncSequence, NotFound, OutcomeUnknown, Sequence, Unreachable

Verb = tuple[str, tuple[Any, ...], dict[str, Any], list[str]]
# verb, arguments, and the requests that it makes
VERBS: list[Verb] = [
    ("health", (), {}, ["GET /v1/health/live"]),
    ("connect_venue", ("binance", "k", "s", "p", {"x": 1}), {}, ["PUT /v1/credentials/binance"]),
    ("disconnect_venue", ("binance",), {}, ["DELETE /v1/credentials/binance"]),
    ("venues", (), {}, ["GET /v1/credentials"]),
    ("account", (), {}, ["GET /v1/account"]),
    ("api_keys", (), {}, ["GET /v1/api_keys"]),
    ("create_api_key", ("mine",), {"sandbox": True}, ["POST /v1/api_keys"]),
    ("rotate_api_key", ("k1",), {}, ["POST /v1/api_keys/k1/rotate"]),
    ("revoke_api_key", ("k1",), {}, ["DELETE /v1/api_keys/k1"]),
    ("quote", ("BTC-USD",), {"depth": 500, "nowait": True}, ["GET /v1/quotes/BTC-USD?depth=100&nowait=true"]),
    (
        "quote",
        ("https://polymarket.com/event/x",),
        {},
        ["GET /v1/quotes/https%3A%2F%2Fpolymarket.com%2Fevent%2Fx?depth=10"],
    ),
    ("quotes", (["BTC-USD", "ETH-USD"],), {"max_age_s": 5}, ["GET /v1/quotes?symbols=BTC-USD%2CETH-USD&max_age_s=5"]),
    ("quotes_batch", (["BTC-USD", "NO-PE"],), {}, ["POST /v1/quotes_batch"]),
    ("symbols", (), {}, ["GET /v1/symbols"]),
    ("fees", ("BTC-USD", ["binance"]), {}, ["GET /v1/fees?ticker=BTC-USD&venues=binance"]),
    ("preview", ("BTC-USD", "buy", "2.3"), {"limit_price": 101}, ["POST /v1/orders/preview"]),
    (
        "positions",
        (),
        {"kinds": ["crypto"], "include_closed": True},
        ["GET /v1/positions?kinds=crypto&include_closed=true"],
    ),
    ("edges", (), {}, ["GET /v1/edges"]),
    ("buy", ("BTC-USD", 2.3), {"limit_price": "74349.45", "tif": "IOC", "graph_id": "g1"}, ["POST /v1/orders"]),
    ("sell", ("BTC-USD",), {"notional": 1000, "venue": "kraken", "graph_id": "g2"}, ["POST /v1/orders"]),
    ("order", (NODE,), {}, [f"GET /v1/orders/{NODE.replace(':', '%3A')}"]),
    ("orders", (), {"limit": 5, "symbol": "BTC-USD"}, ["GET /v1/orders?limit=5&offset=0&symbol=BTC-USD"]),
    ("fills", (), {}, ["GET /v1/fills?limit=50&offset=0"]),
    ("cancel", (NODE,), {}, [f"DELETE /v1/execution_graphs/{GRAPH}"]),
    ("cancel", (GRAPH,), {}, [f"DELETE /v1/execution_graphs/{GRAPH}"]),
    ("graph_status", (GRAPH,), {}, [f"GET /v1/execution_graphs/{GRAPH}"]),
    ("wait", (GRAPH,), {"timeout": 1}, [f"GET /v1/execution_graphs/{GRAPH}"]),
]


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    with fake_engine() as engine:
        yield engine


def seen(engine: FakeEngine) -> list[str]:
    return [f"{each.method} {each.path}" + (f"?{each.query}" if each.query else "") for each in engine.asked]


def ask_plain(engine: FakeEngine, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    with Sequence(KEY, engine.url) as seq:
        return getattr(seq, name)(*args, **options)


def ask_async(engine: FakeEngine, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    async def ask() -> Any:
        async with AsyncSequence(KEY, engine.url) as seq:
            return await getattr(seq, name)(*args, **options)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("name", "args", "options", "requests"), VERBS, ids=[f"{v[0]}-{i}" for i, v in enumerate(VERBS)]
)
def test_both_clients_ask_the_same_and_read_the_same(
    engine: FakeEngine, name: str, args: tuple[Any, ...], options: dict[str, Any], requests: list[str]
) -> None:
    plain = ask_plain(engine, name, args, options)
    assert seen(engine) == requests
    assert all(each.key == f"Bearer {KEY}" for each in engine.asked)
    first: list[Asked] = engine.asked[:]
    engine.asked.clear()
    assert ask_async(engine, name, args, options) == plain
    assert engine.asked == first


def test_the_table_holds_every_verb() -> None:
    verbs = {name for name, each in vars(Sequence).items() if inspect.isfunction(each) and not name.startswith("_")}
    assert verbs - {"run", "close"} == {verb[0] for verb in VERBS}
    assert {name for name in vars(AsyncSequence) if not name.startswith("_")} == (verbs - {"close"}) | {"aclose"}


def test_a_limit_order_is_sent_in_exact_integers(engine: FakeEngine) -> None:
    with Sequence(KEY, engine.url) as seq:
        seq.buy("BTC-USD", 4.1, limit_price=16.74, urgency="high", sandbox=True, venue="kraken")
    (body,) = (each.body for each in engine.asked)
    (node,) = body["nodes"]
    assert node["quantity"] == {"fixed": {"qty_1e8": 410_000_000}}
    assert node["order_type"] == {"limit": {"price_1e9": 16_740_000_000}}
    assert node["execution"] == {"urgency": "high"}
    assert node["instrument"] == {"symbol": "BTC-USD", "type": "spot", "venue": "kraken"}
    assert body["is_sandbox"] is True


def test_money_for_dollars_is_sent_as_it_was_written(engine: FakeEngine) -> None:
    with Sequence(KEY, engine.url) as seq:
        seq.sell("BTC-USD", notional=Decimal("1000.1"), limit_price="2.11")
    body = engine.asked[0].body
    assert (body["notional"], body["price"], body["side"]) == (1000.1, 2.11, "sell")


@pytest.mark.parametrize(
    "terms",
    [{}, {"qty": 1, "notional": 1}, {"qty": 0}, {"qty": "1.123456789"}, {"qty": 1, "limit_price": 0}, {"notional": -1}],
)
def test_a_senseless_order_is_refused_before_anything_is_sent(engine: FakeEngine, terms: dict[str, Any]) -> None:
    with Sequence(KEY, engine.url) as seq, pytest.raises(ValueError, match=r"qty|notional|limit_price"):
        seq.buy("BTC-USD", **terms)
    assert engine.asked == []


def test_an_order_that_was_admitted_without_an_answer_is_not_submitted_twice(engine: FakeEngine) -> None:
    engine.fails = [Fail(0, acted=True), Fail(502, acted=True)]
    with Sequence(KEY, engine.url) as seq:
        submission = seq.buy("BTC-USD", 1)
    assert submission.graph_id == GRAPH
    assert len(engine.asked) == 3
    ((graph_id, bodies),) = engine.graphs.items()
    assert graph_id.startswith("graph_")
    assert all(body == bodies[0] for body in bodies)


def test_two_orders_have_two_names(engine: FakeEngine) -> None:
    with Sequence(KEY, engine.url) as seq:
        seq.buy("BTC-USD", 1)
        seq.buy("BTC-USD", 1)
    assert len(engine.graphs) == 2


def test_an_order_that_no_answer_proves_names_its_graph(engine: FakeEngine) -> None:
    engine.fails = [Fail(500, acted=True)]
    with Sequence(KEY, engine.url) as seq, pytest.raises(OutcomeUnknown) as caught:
        seq.buy("BTC-USD", 1)
    assert caught.value.graph_id in engine.graphs


def test_a_cancel_that_is_answered_with_nothing_is_looked_up(engine: FakeEngine) -> None:
    engine.canned["DELETE", f"/v1/execution_graphs/{GRAPH}"] = None
    with Sequence(KEY, engine.url) as seq:
        assert seq.cancel(NODE).graph_id == GRAPH
    assert [each.method for each in engine.asked] == ["DELETE", "GET"]


def test_a_wait_ends_with_the_graph(engine: FakeEngine) -> None:
    path = f"/v1/execution_graphs/{GRAPH}"
    done = engine.canned["GET", path]
    working = Fail(200, raw=b'{"graph_id":"g","status":"active"}')
    engine.fails = [working, working]
    with Sequence(KEY, engine.url) as seq:
        assert seq.wait(GRAPH, timeout=5).status == done["status"]
    assert len(engine.asked) == 3


def test_a_wait_that_is_over_tells_how_it_stands(engine: FakeEngine) -> None:
    engine.canned["GET", f"/v1/execution_graphs/{GRAPH}"] = {"graph_id": GRAPH, "status": "active"}
    with Sequence(KEY, engine.url) as seq:
        assert not seq.wait(GRAPH, timeout=0.03).is_terminal


def test_a_server_that_is_ill_is_not_healthy(engine: FakeEngine) -> None:
    engine.fails = [Fail(503)]
    with Sequence(KEY, engine.url) as seq:
        assert seq.health() is False
        assert seq.health() is True


def test_one_connection_serves_many_calls(engine: FakeEngine) -> None:
    with Sequence(KEY, engine.url) as seq:
        for _ in range(5):
            seq.account()
    assert len(engine.connections) == 1


def test_an_error_of_the_server_reaches_the_caller_whole(engine: FakeEngine) -> None:
    engine.fails = [Fail(404, "no such symbol", "NOT_FOUND", details=({"field": "symbol", "message": "unknown"},))]
    with Sequence(KEY, engine.url) as seq, pytest.raises(NotFound) as caught:
        seq.quote("NO-PE")
    error = caught.value
    assert (error.status, error.message, error.request_id) == (404, "no such symbol", "req-1")
    assert error.details[0].field == "symbol"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nobody_there_is_unreachable_and_the_key_is_in_no_word_of_it() -> None:
    seq = Sequence(KEY, f"http://127.0.0.1:{free_port()}", max_retries=0)
    with pytest.raises(Unreachable) as caught:
        seq.buy("BTC-USD", 1)
    assert type(caught.value) is Unreachable  # nothing left this machine, so nothing can be live
    printed = [seq, caught.value, *vars(seq).values(), caught.value.__cause__]
    words = "".join(f"{each!r}{each}{pretty_repr(each)}" for each in printed)
    assert KEY not in words
    assert KEY[:20] not in words


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "ünicode", "x" * 600])
def test_a_key_that_cannot_be_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ValueError, match="API key") as caught:
        Sequence(key)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize("url", ["localhost:50052", "ftp://host", "http://", "http://user:pass@host", ""])
def test_a_url_that_cannot_be_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        Sequence(KEY, url)


def test_a_batch_over_the_cap_is_refused_here() -> None:
    with pytest.raises(ValueError, match="2000"):
        Sequence(KEY).quotes_batch(["X"] * 2001)


def test_a_text_is_no_list_of_symbols() -> None:
    with pytest.raises(ValueError, match="list"):
        Sequence(KEY).quotes("BTC-USD")


def test_the_sdk_brings_neither_engine_nor_core() -> None:
    code = (
        "import sys, venuekit_sdk; venuekit_sdk.Sequence; venuekit_sdk.AsyncSequence;"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in "
        "{'venuekit', 'venuekit_engine', 'aiohttp', 'typer'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_error_is_an_api_error() -> None:
    import venuekit_sdk

    errors = [getattr(venuekit_sdk, name) for name in venuekit_sdk.__all__ if name not in ("Sequence", "AsyncSequence")]
    assert all(issubclass(error, ApiError) for error in errors)
