"""Bad input gets a clear error in the public envelope, nothing is lost, and the server goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.serving import Server, error_of
from tests.e2e.trading import finish

LIMIT = 1 << 20  # bytes of a body
MALFORMED = [
    b'{"symbol":',
    b"\xff\xfe",
    b'{"symbol":"BTC-USD","side":"buy","qty":NaN}',
    b'{"symbol":"BTC-USD","side":"buy","qty":Infinity}',
    b'{"symbol":"BTC-USD","side":"buy","qty":-Infinity}',
    b'{"symbol":"BTC-USD","side":"buy","qty":1e999}',
    b'{"symbol":"BTC-USD","side":"buy","qty":1}{"again":1}',
    b"[" * 100_000,
]
NO_OBJECT = [b"", b"[]", b'"text"', b"17", b"null"]
SIMPLE: dict[str, Any] = {"symbol": "BTC-USD", "side": "buy", "qty": 0.001}
FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"qty": 0}, "qty"),
    ({"qty": -1}, "qty"),
    ({"qty": "Infinity"}, "qty"),
    ({"qty": "NaN"}, "qty"),
    ({"qty": "much"}, "qty"),
    ({"qty": True}, "qty"),
    ({"qty": 1e300}, "qty"),
    ({"qty": 0.000000001}, "qty"),  # finer than the scale
    ({"qty": 0.001234567}, "qty"),
    ({"qty": 0.00000001}, "qty"),  # one unit, which lies between the lots
    ({"notional": 10}, "notional"),  # both
    ({"price": 0}, "price"),
    ({"price": -1}, "price"),
    ({"price": "NaN"}, "price"),
    ({"price": 60000.005}, "price"),  # off the tick
    ({"price": "60000.000000002"}, "price"),  # two units off
    ({"venue": "okx"}, "venue"),
    ({"venue": 7}, "venue"),
    ({"side": "hold"}, "side"),
    ({"side": None}, "side"),
    ({"symbol": ""}, "symbol"),
    ({"symbol": "X" * 300}, "symbol"),
    ({"policy": "magic"}, "policy"),
    ({"urgency": "now"}, "urgency"),
    ({"tif": "DAY"}, "tif"),
    ({"graph_id": "a b"}, "graph_id"),
    ({"is_sandbox": "yes"}, "is_sandbox"),
]
NODE_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"quantity": {"fixed": {"qty_1e8": 0}}}, "nodes[0].quantity.fixed.qty_1e8"),
    ({"quantity": {"fixed": {"qty_1e8": -5}}}, "nodes[0].quantity.fixed.qty_1e8"),
    ({"quantity": {"fixed": {"qty_1e8": 1.5}}}, "nodes[0].quantity.fixed.qty_1e8"),
    ({"quantity": {"fixed": {"qty_1e8": 1 << 63}}}, "nodes[0].quantity.fixed.qty_1e8"),
    ({"order_type": {"limit": {"price_1e9": 0}}}, "nodes[0].order_type.limit.price_1e9"),
    ({"order_type": "stop"}, "nodes[0].order_type"),
    ({"side": "hold"}, "nodes[0].side"),
    ({"instrument": {"symbol": "BTC-USD", "type": "option"}}, "nodes[0].instrument.type"),
    ({"execution": {"tif": "DAY"}}, "nodes[0].execution.tif"),
    ({"execution": {"policy": "magic"}}, "nodes[0].execution.policy"),
    ({"activation": "later"}, "nodes[0].activation"),
]


@pytest.fixture(autouse=True)
def nothing_is_lost(server: Server, paper: Any) -> Iterator[None]:
    """After each test: no order and no fill came of it, and the server trades on."""
    before = paper.orders()["total"], paper.fills()["total"]
    yield
    assert (paper.orders()["total"], paper.fills()["total"]) == before
    assert finish(paper, paper.buy("SOL-USD", 0.1)).order["status"] == "COMPLETED"


def post(server: Server, body: bytes | dict[str, Any], path: str = "/v1/orders") -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return server.ask("POST", path, content=content, headers={"content-type": "application/json"})


def fields_of(response: httpx.Response) -> list[str]:
    assert response.status_code == 422, response.text
    error = error_of(response)
    assert error["code"] == "VALIDATION_ERROR"
    assert all(detail["message"] for detail in error["details"])
    return [detail["field"] for detail in error["details"]]


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/orders/preview", "/v1/quotes_batch"])
def test_malformed_json_is_refused_without_repeating_it(server: Server, path: str) -> None:
    for body in MALFORMED:
        response = post(server, body, path)
        assert (response.status_code, error_of(response)["code"]) == (400, "BAD_REQUEST"), body[:60]
        assert len(response.content) < 300


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/orders/preview", "/v1/quotes_batch"])
def test_a_body_that_is_no_object_is_refused(server: Server, path: str) -> None:
    assert [fields_of(post(server, body, path)) for body in NO_OBJECT] == [["body"]] * len(NO_OBJECT)


def test_each_bad_field_of_a_simple_order_is_named(server: Server) -> None:
    for change, field in FAULTS:
        assert fields_of(post(server, SIMPLE | change)) == [field], change


def test_each_bad_field_of_a_node_is_named(server: Server) -> None:
    node = {"node_id": "order", "side": "buy", "quantity": {"fixed": {"qty_1e8": 100_000}}}
    for change, field in NODE_FAULTS:
        asked = {"nodes": [node | {"instrument": {"symbol": "BTC-USD"}} | change]}
        assert fields_of(post(server, asked)) == [field], change


def test_every_fault_is_told_at_once(server: Server) -> None:
    assert sorted(fields_of(post(server, {"symbol": "", "qty": -1, "tif": "DAY"}))) == ["qty", "side", "symbol", "tif"]


def test_an_unknown_symbol_is_not_found_wherever_it_is_named(server: Server) -> None:
    asked = [
        post(server, SIMPLE | {"symbol": "NOPE-USD"}),
        post(server, SIMPLE | {"symbol": "NOPE-USD"}, "/v1/orders/preview"),
        server.ask("GET", "/v1/quotes/NOPE-USD"),
        server.ask("GET", "/v1/fees?ticker=NOPE-USD"),
    ]
    assert [(each.status_code, error_of(each)["code"]) for each in asked] == [(404, "NOT_FOUND")] * 4
    assert all("NOPE-USD" in error_of(each)["message"] for each in asked)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_body_over_one_mebibyte_is_refused_with_or_without_its_length(server: Server, streamed: bool) -> None:
    parts = [b'{"symbol":"', b"A" * LIMIT, b'"}']
    response = server.ask("POST", "/v1/orders", content=iter(parts) if streamed else b"".join(parts))
    assert (response.status_code, error_of(response)["code"]) == (413, "BAD_REQUEST")


def test_a_body_just_below_the_limit_is_read(server: Server) -> None:
    body = b'{"symbol":"' + b"A" * (LIMIT - 13) + b'"}'
    assert len(body) == LIMIT
    assert "symbol" in fields_of(post(server, body))


def test_bad_parameters_of_a_read_are_named(server: Server) -> None:
    for path, field in (("orders?limit=x", "limit"), ("fills?offset=-1", "offset"), ("positions?kinds=gold", "kinds")):
        response = server.ask("GET", f"/v1/{path}")
        assert (response.status_code, error_of(response)["code"]) == (400, "INVALID_PARAMS"), path
        assert [detail["field"] for detail in error_of(response)["details"]] == [field]


def test_a_key_in_the_query_is_refused_and_not_repeated(server: Server) -> None:
    response = server.ask("GET", f"/v1/account?api_key={server.test_key}", headers={"authorization": ""})
    assert (response.status_code, error_of(response)["code"]) == (401, "UNAUTHORIZED")
    assert server.test_key not in response.text
    assert server.test_key not in server.log


def test_an_unknown_path_and_a_wrong_verb_have_the_envelope_too(server: Server) -> None:
    for method, path, status in (("GET", "/v1/nothing", 404), ("GET", "/v1/balances", 404), ("PUT", "/v1/orders", 405)):
        response = server.ask(method, path)
        assert response.status_code == status
        assert error_of(response)["message"]
