"""Whatever goes wrong, the answer is the public envelope, and it says nothing about the inside."""

from __future__ import annotations

import json
import string
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import LIVE_KEY
from tests.server_stage import Stage
from venuekit_engine.refusal import (
    Conflict,
    Detail,
    Forbidden,
    InvalidParams,
    NotFound,
    RateLimited,
    Refusal,
    TooLarge,
    Unauthorized,
    Unavailable,
    Unprocessable,
)

DETAIL = Detail("qty", "must be > 0")
TABLE: list[tuple[Refusal, int, str, dict[str, str]]] = [
    (Refusal("no"), 400, "BAD_REQUEST", {}),
    (InvalidParams("no", [DETAIL]), 400, "INVALID_PARAMS", {}),
    (Unauthorized("no"), 401, "UNAUTHORIZED", {"www-authenticate": "Bearer"}),
    (Forbidden("no"), 403, "FORBIDDEN", {}),
    (NotFound("no"), 404, "NOT_FOUND", {}),
    (Conflict("no"), 409, "CONFLICT", {}),
    (TooLarge("no"), 413, "BAD_REQUEST", {"connection": "close"}),
    (Unprocessable("no", [DETAIL]), 422, "VALIDATION_ERROR", {}),
    (RateLimited("no", 1.2), 429, "RATE_LIMITED", {"retry-after": "2"}),
    (Unavailable("no"), 503, "SERVICE_UNAVAILABLE", {"retry-after": "1"}),
]


def fault_of(answer: httpx.Response) -> dict[str, Any]:
    """Read an envelope, and see that it is one."""
    assert answer.headers["content-type"].startswith("application/json")
    body = answer.json()
    assert set(body) == {"error"}
    fault: dict[str, Any] = body["error"]
    assert set(fault) - {"details"} == {"code", "message", "request_id"}
    assert fault["request_id"] == answer.headers["x-request-id"]
    return fault


def test_the_table_below_names_every_refusal_there_is() -> None:
    assert {type(row[0]) for row in TABLE} == {Refusal, *Refusal.__subclasses__()} - server_only()


def server_only() -> set[type[Refusal]]:
    """Give the refusals that only the server itself raises."""
    from venuekit_engine.server.fault import Internal, MethodNotAllowed

    return {Internal, MethodNotAllowed}


@pytest.mark.parametrize(("refusal", "status", "code", "headers"), TABLE, ids=[type(r[0]).__name__ for r in TABLE])
async def test_a_refusal_becomes_its_row_of_the_table(
    refusal: Refusal, status: int, code: str, headers: dict[str, str]
) -> None:
    stage = Stage()
    stage.services.trade.fault = refusal
    answer = await stage.ask("POST", "/v1/orders", content=b"{}")
    fault = fault_of(answer)
    assert (answer.status_code, fault["code"], fault["message"]) == (status, code, "no")
    assert fault.get("details", []) == [{"field": d.field, "message": d.message} for d in refusal.details]
    assert headers.items() <= dict(answer.headers).items()
    assert stage.log.getvalue() == ""


async def test_an_unforeseen_exception_shows_nothing_and_is_logged_under_the_request_id() -> None:
    stage = Stage()
    stage.services.market.fault = RuntimeError("disk of the database is on fire")
    answer = await stage.ask("GET", "/v1/symbols")
    fault = fault_of(answer)
    assert (answer.status_code, fault["code"]) == (500, "INTERNAL_ERROR")
    assert "fire" not in answer.text
    line = json.loads(stage.log.getvalue())
    assert (line["request_id"], line["level"]) == (fault["request_id"], "error")
    assert "on fire" in line["exception"][0]["exc_value"]


async def test_a_log_line_holds_no_local_variable() -> None:
    stage = Stage()
    stage.services.credentials.fault = RuntimeError("broken")
    body = b'{"api_key":"k-very-secret","api_secret":"s-very-secret"}'
    await stage.ask("PUT", "/v1/credentials/binance", content=body)
    assert "broken" in stage.log.getvalue()
    assert "very-secret" not in stage.log.getvalue()
    assert LIVE_KEY not in stage.log.getvalue()


@pytest.mark.parametrize(
    ("method", "url", "advice"),
    [
        ("GET", "/v1/balances", "/v1/positions?kinds=fiat,crypto"),
        ("GET", "/v1/positions/perp", "/v1/positions?kinds=perp"),
        ("GET", "/v1/portfolio/summary", "/v1/positions"),
        ("GET", "/v1/portfolio", "/v1/positions"),
        ("GET", "/v1/nothing/here", "/docs"),
        ("POST", "/v2/orders", "/docs"),
    ],
)
async def test_a_path_that_is_not_there_says_what_to_use(method: str, url: str, advice: str) -> None:
    answer = await Stage().ask(method, url)
    assert answer.status_code == 404
    assert advice in fault_of(answer)["message"]


async def test_a_wrong_verb_names_the_right_ones() -> None:
    answer = await Stage().ask("PUT", "/v1/orders")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert "POST" in fault_of(answer)["message"]


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("/v1/orders?limit=0", "limit"),
        ("/v1/orders?limit=1001", "limit"),
        ("/v1/fills?offset=-1", "offset"),
        ("/v1/fills?offset=99999999999999999999", "offset"),
        ("/v1/fills?limit=1.5", "limit"),
        ("/v1/quotes/BTC-USD?depth=ten", "depth"),
        ("/v1/quotes/BTC-USD?nowait=maybe", "nowait"),
        ("/v1/quotes?max_age_s=nan", "max_age_s"),
        ("/v1/quotes?max_age_s=-1", "max_age_s"),
        ("/v1/positions?kinds=fiat,gold", "kinds"),
        ("/v1/fees?ticker=", "ticker"),
        ("/v1/quotes/%ff", "symbol"),
        ("/v1/quotes/BTC%00USD", "symbol"),
    ],
)
async def test_a_bad_parameter_is_named(url: str, field: str) -> None:
    answer = await Stage().ask("GET", url)
    fault = fault_of(answer)
    assert (answer.status_code, fault["code"]) == (400, "INVALID_PARAMS")
    assert [detail["field"] for detail in fault["details"]] == [field]


async def test_a_missing_parameter_is_named() -> None:
    fault = fault_of(await Stage().ask("GET", "/v1/fees?venues=secret"))
    assert fault["code"] == "INVALID_PARAMS"
    assert "'ticker'" in fault["message"]
    assert "secret" not in fault["message"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 400, "truncated"),
        (b'{"qty": NaN}', 400, "malformed"),
        (b'{"qty": -Infinity}', 400, "malformed"),
        (b'{"qty": 1e999}', 400, "out of range"),
        (b'{"qty": ' + b"9" * 5000 + b"}", 400, "malformed"),
        (b'{"symbol": "\xff"}', 400, "UTF-8"),
        (b'{"symbol": "\\ud800"}', 400, "malformed"),
        (b"[" * 100_000, 400, "nested"),
        (b'{"a":' * 50_000, 400, "nested"),
        (b"[]", 422, "object"),
        (b'"buy"', 422, "object"),
        (b"null", 422, "object"),
        (b"", 422, "no body"),
    ],
)
async def test_a_body_that_is_no_order_is_refused_before_the_engine_sees_it(
    body: bytes, status: int, words: str
) -> None:
    stage = Stage()
    answer = await stage.ask("POST", "/v1/orders", content=body)
    assert answer.status_code == status, answer.text
    assert words in fault_of(answer)["message"]
    assert stage.services.trade.calls == []


async def test_more_symbols_than_a_batch_takes_are_refused() -> None:
    stage = Stage()
    answer = await stage.ask("POST", "/v1/quotes_batch", content=json.dumps({"symbols": ["X"] * 2001}).encode())
    assert (answer.status_code, fault_of(answer)["details"][0]["field"]) == (422, "symbols")
    assert stage.services.market.calls == []


async def test_a_bad_field_of_a_body_is_named_and_its_value_is_not_repeated() -> None:
    body = b'{"api_key": "k-very-secret", "api_secret": {"pem": "very-secret"}}'
    answer = await Stage().ask("PUT", "/v1/credentials/binance", content=body)
    assert (answer.status_code, fault_of(answer)["details"][0]["field"]) == (422, "api_secret")
    assert "very-secret" not in answer.text


@pytest.mark.parametrize("extra", ['"[1]"', '"{"', "[1]", "7"])
async def test_extra_json_that_is_no_object_is_refused(extra: str) -> None:
    stage = Stage()
    answer = await stage.ask("PUT", "/v1/credentials/binance", content=f'{{"extra_json": {extra}}}'.encode())
    assert answer.status_code in (400, 422)
    assert stage.services.credentials.stored == {}


PATHS = ["/v1/orders", "/v1/orders/preview", "/v1/quotes_batch", "/v1/api_keys", "/v1/api_keys/k/rotate"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["symbols", "label", "grace_secs", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from([*PATHS, "/v1/credentials/binance"]), body=st.binary(max_size=64) | JSON.map(json.dumps))
async def test_no_body_whatever_is_answered_with_a_server_error(path: str, body: bytes | str) -> None:
    stage = Stage()
    answer = await stage.ask("POST", path, content=body if isinstance(body, bytes) else body.encode())
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        fault_of(answer)
    assert stage.log.getvalue() == ""


SEGMENT = st.text(string.printable.replace("#", "").replace("?", ""), max_size=20)


@settings(max_examples=150, deadline=None)
@given(path=SEGMENT, query=SEGMENT, verb=st.sampled_from(["GET", "POST", "DELETE", "BREW"]))
async def test_no_url_whatever_is_answered_with_a_server_error(path: str, query: str, verb: str) -> None:
    stage = Stage()
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    scope = {
        "type": "http",
        "method": verb,
        "path": f"/v1/{path}",
        "raw_path": f"/v1/{path}".encode(),
        "query_string": query.encode(),
        "headers": [(b"authorization", f"Bearer {LIVE_KEY}".encode())],
        "client": ("127.0.0.1", 1),
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "root_path": "",
        "http_version": "1.1",
    }
    await stage.app(scope, receive, send)
    assert messages[0]["status"] < 500
    assert stage.log.getvalue() == ""


async def test_an_answer_does_not_repeat_a_megabyte_of_what_was_asked() -> None:
    stage = Stage()
    asked = "x" * 60_000
    stage.services.trade.fault = NotFound(f"no order {asked}", [Detail("id", asked)])
    answer = await stage.ask("GET", f"/v1/orders/{asked}")
    assert answer.status_code == 404
    assert len(answer.content) < 3_000


async def test_a_label_that_would_move_a_terminal_is_refused() -> None:
    for label in ("a\\u001b[2J", "a\\n", "\\u009b2J"):
        answer = await Stage().ask("POST", "/v1/api_keys", content=f'{{"label": "{label}"}}'.encode())
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR")
