"""Every route asks its service for what the client asked, and the answer keeps its integers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from tests.fakes import GRAPH_ID, NOW_NS, ORDER_ID, PX, QTY, SYMBOL, TEST_KEY, VENUE
from tests.server_stage import Stage, bearer
from venuekit_engine.caller import Caller

ME = Caller("client_1", "key_1", sandbox=False, admin=True)
ORDER = {"symbol": SYMBOL, "side": "buy", "qty": 1}
BATCH = {"symbols": [SYMBOL, "X"], "depth": 5000, "nowait": False}
ORDER_SEGMENT = quote(ORDER_ID, safe="")

ROUTES: list[tuple[str, str, Any, str, tuple[Any, ...]]] = [
    ("GET", "/v1/quotes/BTC-USD", None, "market", ("quote", SYMBOL, 10, False)),
    ("GET", "/v1/quotes/BTC-USD?depth=500&nowait=true", None, "market", ("quote", SYMBOL, 100, True)),
    ("GET", "/v1/quotes/BTC-USD?depth=-3", None, "market", ("quote", SYMBOL, 1, False)),
    ("GET", "/v1/quotes", None, "market", ("quotes", None, 300.0)),
    ("GET", "/v1/quotes?symbols=BTC%2FUSD,ETH-USD", None, "market", ("quotes", ["BTC/USD", "ETH-USD"], 300.0)),
    ("GET", "/v1/quotes?symbol=BTC-USD&max_age_s=0", None, "market", ("quotes", [SYMBOL], 0.0)),
    ("POST", "/v1/quotes_batch", BATCH, "market", ("quotes_batch", [SYMBOL, "X"], 100, False)),
    ("GET", "/v1/symbols", None, "market", ("symbols",)),
    ("GET", "/v1/pairs/btc%2Fusd/venues", None, "market", ("symbols",)),
    ("GET", "/v1/fees?ticker=BTC-USD&venues=a%2Cb", None, "market", ("fees", SYMBOL, ["a", "b"])),
    ("GET", "/v1/edges", None, "market", ("edges",)),
    ("GET", "/v1/health", None, "market", ("edges",)),
    ("POST", "/v1/orders/preview", ORDER, "market", ("preview", ME, ORDER)),
    ("POST", "/v1/orders", ORDER, "trade", ("submit", ME, ORDER)),
    ("GET", "/v1/orders", None, "trade", ("orders", ME, 50, 0, None, None)),
    ("GET", "/v1/orders?limit=1000&offset=7&symbol=A", None, "trade", ("orders", ME, 1000, 7, "A", None)),
    ("GET", f"/v1/orders?node_order_id={ORDER_SEGMENT}", None, "trade", ("orders", ME, 50, 0, None, ORDER_ID)),
    ("GET", f"/v1/orders/{ORDER_SEGMENT}", None, "trade", ("order", ME, ORDER_ID)),
    ("DELETE", f"/v1/orders/{ORDER_SEGMENT}", None, "trade", ("cancel_order", ME, ORDER_ID)),
    ("GET", f"/v1/execution_graphs/{GRAPH_ID}", None, "trade", ("graph", ME, GRAPH_ID)),
    ("DELETE", f"/v1/execution_graphs/{GRAPH_ID}", None, "trade", ("cancel_graph", ME, GRAPH_ID)),
    ("GET", "/v1/fills?limit=1&offset=2", None, "trade", ("fills", ME, 1, 2, None)),
    ("GET", "/v1/positions", None, "trade", ("positions", ME, None, None, False)),
    (
        "GET",
        "/v1/positions/unified?venues=a%2Cb&kinds=fiat%2Ccrypto&include_closed=true",
        None,
        "trade",
        ("positions", ME, ["a", "b"], ["fiat", "crypto"], True),
    ),
    ("POST", "/v1/api_keys", {"label": "paper", "sandbox": True}, "keys", ("create", ME, "paper", True)),
    ("GET", "/v1/api_keys", None, "keys", ("list", ME)),
    ("POST", "/v1/api_keys/key_1/rotate", {"grace_secs": 1.5}, "keys", ("rotate", ME, "key_1", 1.5)),
    ("DELETE", "/v1/api_keys/key_1", None, "keys", ("revoke", ME, "key_1")),
    ("POST", "/v1/credentials/binance", {"api_key": "a", "api_secret": "b"}, "credentials", ("connect", ME, VENUE)),
    ("PUT", "/v1/credentials/binance", {"api_key": "a", "api_secret": "b"}, "credentials", ("connect", ME, VENUE)),
    ("GET", "/v1/credentials", None, "credentials", ("list", ME)),
    ("GET", "/v1/venues", None, "credentials", ("list", ME)),
    ("DELETE", "/v1/credentials/binance", None, "credentials", ("disconnect", ME, VENUE)),
]


@pytest.mark.parametrize(("method", "url", "body", "service", "call"), ROUTES, ids=[f"{r[0]} {r[1]}" for r in ROUTES])
async def test_a_route_asks_its_service_for_what_the_client_asked(
    method: str, url: str, body: Any, service: str, call: tuple[Any, ...]
) -> None:
    stage = Stage()
    answer = await stage.ask(method, url, content=msgspec.json.encode(body) if body is not None else None)
    assert answer.status_code == 200, answer.text
    assert getattr(stage.services, service).calls[0] == call


async def test_integers_above_two_to_the_53rd_reach_the_client_whole() -> None:
    answer = await Stage().ask("GET", f"/v1/orders/{ORDER_SEGMENT}")
    order = answer.json()
    assert (order["qty_1e8"], order["avg_fill_price_1e9"], order["created_unix_ns"]) == (QTY, PX, NOW_NS)


async def test_a_symbol_may_be_a_whole_url() -> None:
    symbol = "https://polymarket.com/event/x?tid=1&y=%2F"
    stage = Stage()
    answer = await stage.ask("GET", f"/v1/quotes/{quote(symbol, safe='')}?depth=3")
    assert answer.json()["symbol"] == symbol
    assert stage.services.market.calls == [("quote", symbol, 3, False)]


async def test_the_caller_is_the_key_that_asked() -> None:
    stage = Stage()
    await stage.ask("GET", "/v1/fills", headers=bearer(TEST_KEY))
    assert stage.services.trade.calls[0][1] == Caller("client_1", "key_2", sandbox=True)
    account = await stage.ask("GET", "/v1/account", headers=bearer(TEST_KEY))
    assert account.json()["is_sandbox"] is True


@pytest.mark.parametrize("body", [None, b"", b"{}"])
async def test_a_body_that_may_be_left_out_may_be_empty(body: bytes | None) -> None:
    stage = Stage()
    headers = bearer() | {"content-type": "application/json"}
    made = await stage.ask("POST", "/v1/api_keys", content=body, headers=headers)
    rotated = await stage.ask("POST", "/v1/api_keys/key_1/rotate", content=body, headers=headers)
    assert (made.status_code, rotated.status_code) == (200, 200)
    assert stage.services.keys.calls == [("create", ME, "", False), ("rotate", ME, "key_1", 0)]


@pytest.mark.parametrize("extra", [{"vault": "0x1"}, '{"vault":"0x1"}'])
async def test_extra_json_is_an_object_or_one_as_text(extra: Any) -> None:
    stage = Stage()
    body = msgspec.json.encode({"api_key": "k", "api_secret": "s", "passphrase": None, "extra_json": extra})
    answer = await stage.ask("PUT", "/v1/credentials/binance", content=body)
    assert answer.json() == {"venue": VENUE, "connected": True, "last_heartbeat_ns": None, "error": None}
    stored = stage.services.credentials.stored[VENUE]
    assert (stored.api_key, stored.api_secret, stored.passphrase, stored.extra) == ("k", "s", "", {"vault": "0x1"})


async def test_a_pair_that_no_venue_lists_is_not_found() -> None:
    answer = await Stage().ask("GET", "/v1/pairs/NO-PAIR/venues")
    assert answer.status_code == 404
    assert "NO-PAIR" in answer.json()["error"]["message"]


async def test_an_id_that_the_official_client_has_cut_is_explained() -> None:
    answer = await Stage().ask("DELETE", "/v1/execution_graphs/graph")
    assert answer.status_code == 404
    assert "first colon" in answer.json()["error"]["message"]


async def test_health_says_degraded_while_a_desk_is_not_connected() -> None:
    stage = Stage()
    edges = stage.services.market.edges()
    lost = msgspec.structs.replace(edges.edges[0], status="stale")
    stage.services.market.edges = lambda: type(edges)([lost])  # type: ignore[method-assign]
    answer = await stage.ask("GET", "/v1/health")
    assert (answer.json()["status"], answer.json()["edges"]) == ("degraded", {"binance-spot": "stale"})
