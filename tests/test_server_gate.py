"""Who may pass, how often, and under which request id."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import LIVE_KEY, OTHER_KEY, TEST_KEY
from tests.server_stage import Stage, bearer
from venuekit_engine.refusal import RateLimited
from venuekit_engine.server.budget import Budget
from venuekit_engine.server.settings import ServerSettings, mint_request_id

FAR = ("10.0.0.7", 40_000)


@pytest.mark.parametrize("url", ["/v1/health/live", "/docs", "/", "/openapi.json"])
async def test_what_needs_no_key_answers_without_one(url: str) -> None:
    assert (await Stage().ask("GET", url, headers={}, peer=FAR)).status_code == 200


@pytest.mark.parametrize(
    "url", ["/v1/health", "/v1/symbols", "//v1/symbols", "/v1//symbols", "/v1/symbols/", "/nowhere", "/schema"]
)
async def test_everything_else_needs_a_key(url: str) -> None:
    stage = Stage()
    answer = await stage.ask("GET", url, headers={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHORIZED")
    assert stage.services.market.calls == []


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", f"Basic {LIVE_KEY}", LIVE_KEY, f"Bearer {LIVE_KEY}x", "Bearer \xff"]
)
async def test_a_wrong_key_is_refused_and_not_repeated(authorization: str) -> None:
    answer = await Stage().ask("GET", "/v1/symbols", headers={"authorization": authorization})
    assert answer.status_code == 401
    assert LIVE_KEY not in answer.text
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_scheme_may_be_written_in_any_case() -> None:
    assert (await Stage().ask("GET", "/v1/symbols", headers={"authorization": f"bearer {LIVE_KEY}"})).status_code == 200


@pytest.mark.parametrize("headers", [{}, bearer()])
async def test_a_key_in_the_url_is_refused_even_beside_a_good_one(headers: dict[str, str]) -> None:
    answer = await Stage().ask("GET", f"/v1/symbols?api_key={LIVE_KEY}", headers=headers)
    assert answer.status_code == 401
    assert "query string" in answer.json()["error"]["message"]
    assert LIVE_KEY not in answer.text


async def test_a_request_id_comes_back_in_the_header_and_in_the_envelope() -> None:
    answer = await Stage().ask("GET", "/nowhere", headers={**bearer(), "x-request-id": "my id-1"})
    assert answer.headers["x-request-id"] == "my id-1"
    assert answer.json()["error"]["request_id"] == "my id-1"


@pytest.mark.parametrize("bad", ["", "x" * 129, "caf\xe9", "a\tb"])
async def test_a_request_id_that_is_not_printable_or_too_long_is_replaced(bad: str) -> None:
    answer = await Stage().ask("GET", "/v1/symbols", headers={**bearer(), "x-request-id": bad})
    assert answer.headers["x-request-id"] == "minted-1"


def test_a_minted_request_id_is_a_uuid_of_version_4() -> None:
    assert uuid.UUID(mint_request_id()).version == 4


async def test_two_keys_of_one_client_share_a_budget_and_another_client_has_its_own() -> None:
    stage = Stage(rate_qps=2.0)
    statuses = [(await stage.ask("GET", "/v1/symbols", headers=bearer(key))).status_code for key in [LIVE_KEY] * 3]
    statuses += [(await stage.ask("GET", "/v1/symbols", headers=bearer(key))).status_code for key in [TEST_KEY] * 2]
    assert statuses == [200, 200, 200, 200, 429]
    assert (await stage.ask("GET", "/v1/symbols", headers=bearer(OTHER_KEY))).status_code == 200


async def test_a_spent_budget_says_when_to_come_back_and_keeps_its_word() -> None:
    stage = Stage(rate_qps=0.5)
    first = await stage.ask("GET", "/v1/symbols")
    assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == ("1", "0")
    refused = await stage.ask("GET", "/v1/symbols")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "RATE_LIMITED")
    stage.clock.advance(float(refused.headers["retry-after"]))
    assert (await stage.ask("GET", "/v1/symbols")).status_code == 200


async def test_what_needs_no_key_costs_no_budget() -> None:
    stage = Stage(rate_qps=0.5)
    for _ in range(5):
        assert (await stage.ask("GET", "/v1/health/live", headers={})).status_code == 200


@given(
    qps=st.integers(1, 500),
    steps=st.lists(st.tuples(st.integers(0, 3_000_000_000), st.integers(1, 40)), max_size=40),
)
def test_a_budget_admits_exactly_what_a_token_bucket_admits(qps: int, steps: list[tuple[int, int]]) -> None:
    cost_ns = round(1_000_000_000 / qps)
    budget, now_ns, level_ns = Budget(qps), 0, 2 * qps * cost_ns
    for wait_ns, tries in steps:
        now_ns += wait_ns
        level_ns = min(2 * qps * cost_ns, level_ns + wait_ns)
        for _ in range(tries):
            admitted = level_ns >= cost_ns
            level_ns -= cost_ns if admitted else 0
            if admitted:
                assert budget.spend("client", now_ns) == level_ns // cost_ns
                continue
            with pytest.raises(RateLimited) as refused:
                budget.spend("client", now_ns)
            assert refused.value.retry_after_s == pytest.approx((cost_ns - level_ns) / 1e9)


@pytest.mark.parametrize("wrong", [{"rate_qps": 0.0}, {"rate_qps": float("nan")}, {"max_body_bytes": 0}])
def test_settings_that_make_no_sense_are_refused_at_birth(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ServerSettings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        (("127.0.0.1", 1), {}, 200),
        (("::1", 1), {}, 200),
        (FAR, {}, 401),
        (("127.0.0.1", 1), {"x-forwarded-for": "10.0.0.7"}, 401),
        (FAR, bearer(), 200),
    ],
)
async def test_metrics_need_a_key_unless_asked_from_this_machine(
    peer: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    assert (await Stage().ask("GET", "/metrics", headers=headers, peer=peer)).status_code == status


async def test_metrics_count_requests_by_template_and_admitted_orders() -> None:
    stage = Stage()
    for symbol in ("A", "B"):
        await stage.ask("GET", f"/v1/quotes/{symbol}")
    await stage.ask("POST", "/v1/orders", content=b'{"symbol":"BTC-USD"}')
    await stage.ask("POST", "/v1/orders", content=b'{"symbol":"NOPE"}')
    await stage.ask("BREW", "/nowhere/secret")
    text = (await stage.ask("GET", "/metrics", headers={})).text
    assert 'requests_total{method="GET",route="/v1/quotes/{symbol}",status="200"} 2.0' in text
    assert 'requests_total{method="POST",route="/v1/orders",status="422"} 1.0' in text
    assert 'requests_total{method="other",route="unmatched",status="404"} 1.0' in text
    assert "venuekit_orders_admitted_total 1.0" in text
    assert "secret" not in text
