"""The official client is refused: 401, 404, 409, 422 and 429, each as it must show them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sequence_markets import SequenceError

from tests.e2e.serving import Server, error_of, serving
from tests.e2e.trading import finish

QPS = 4.0


def payload(qty_1e8: int = 1_000_000, **graph: Any) -> dict[str, Any]:
    node = {
        "node_id": "order",
        "instrument": {"symbol": "BTC-USD", "type": "spot", "venue": None},
        "side": "buy",
        "order_type": "market",
        "quantity": {"fixed": {"qty_1e8": qty_1e8}},
        "execution": {},
        "activation": "root",
    }
    return {"nodes": [node], "edges": [], "is_sandbox": False, **graph}


def refused(call: Callable[[], Any]) -> SequenceError:
    with pytest.raises(SequenceError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("key", ["seq_test_" + "0" * 64, "seq_live_short", "nonsense"])
def test_a_wrong_key_is_unauthorized(server: Server, key: str) -> None:
    error = refused(server.client(key).account)
    assert error.status == 401
    response = server.ask("GET", "/v1/account", key=key)
    assert (response.status_code, error_of(response)["code"]) == (401, "UNAUTHORIZED")


def test_a_revoked_key_is_unauthorized_at_once_and_others_stay(server: Server) -> None:
    made = server.ask("POST", "/v1/api_keys", key=server.live_key, json={"label": "to revoke", "sandbox": True}).json()
    client = server.client(made["key"])
    finish(client, client.buy("BTC-USD", 0.001))
    assert server.ask("DELETE", f"/v1/api_keys/{made['key_id']}", key=server.live_key).status_code == 200
    for call in (client.account, lambda: client.buy("BTC-USD", 0.001)):
        assert refused(call).status == 401
    assert server.client().account()["is_sandbox"] is True


def test_a_rotated_key_dies_and_its_heir_lives(server: Server) -> None:
    made = server.ask("POST", "/v1/api_keys", key=server.live_key, json={"label": "to rotate", "sandbox": True}).json()
    heir = server.ask("POST", f"/v1/api_keys/{made['key_id']}/rotate", key=server.live_key).json()["key"]
    assert refused(server.client(made["key"]).account).status == 401
    assert server.client(heir).account()["is_sandbox"] is True


def test_a_sandbox_key_cannot_make_a_live_one(server: Server) -> None:
    response = server.ask("POST", "/v1/api_keys", json={"label": "up", "sandbox": False})
    assert (response.status_code, error_of(response)["code"]) == (403, "FORBIDDEN")


def test_what_does_not_exist_is_not_found(paper: Any) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: paper.quote("NOPE-USD"),
        lambda: paper.fees("NOPE-USD"),
        lambda: paper.buy("NOPE-USD", 1),
        lambda: paper.order("graph:graph_0:order:1"),
        lambda: paper.graph_status("graph_0"),
        lambda: paper.graph_cancel("graph_0"),
        lambda: paper.connect_venue("nowhere", "key", "secret"),
    ]
    assert [refused(call).status for call in calls] == [404] * len(calls)
    assert "NOPE-USD" in refused(calls[0]).message


def test_a_node_order_id_that_the_client_cut_gets_a_helpful_answer(paper: Any) -> None:
    done = finish(paper, paper.buy("BTC-USD", 0.001))
    error = refused(lambda: paper.cancel(done.order["node_order_id"]))
    assert error.status == 404
    assert "graph_id" in error.message


def test_the_same_graph_id_gives_the_first_answer_and_one_order(paper: Any) -> None:
    asked = payload(graph_id="mine-1")
    before = paper.orders()["total"]
    first = paper._post("/v1/orders", asked)
    finish(paper, first)
    second = paper._post("/v1/orders", asked)
    assert second["graph_id"] == first["graph_id"] == "mine-1"
    assert paper.orders()["total"] == before + 1


def test_the_same_graph_id_with_other_parameters_is_a_conflict(paper: Any) -> None:
    finish(paper, paper._post("/v1/orders", payload(graph_id="mine-2")))
    before = paper.orders()["total"]
    error = refused(lambda: paper._post("/v1/orders", payload(2_000_000, graph_id="mine-2")))
    assert error.status == 409
    assert "mine-2" in error.message
    assert paper.orders()["total"] == before


def test_what_fails_validation_is_told_field_by_field(server: Server, paper: Any) -> None:
    assert refused(lambda: paper.buy("BTC-USD", -1)).status == 422
    asked = payload(0)
    asked["nodes"][0]["side"] = "hold"
    error = error_of(server.ask("POST", "/v1/orders", json=asked))
    assert error["code"] == "VALIDATION_ERROR"
    fields = [detail["field"] for detail in error["details"]]
    assert fields == ["nodes[0].quantity.fixed.qty_1e8", "nodes[0].side"]


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("slow"), "--qps", str(QPS)) as server:
        yield server


def test_beyond_the_budget_a_client_that_does_not_retry_is_told_429(slow: Server) -> None:
    client = slow.client(max_retries=0)
    statuses = set()
    for _ in range(3 * int(QPS)):
        try:
            client.account()
        except SequenceError as error:
            statuses.add(error.status)
    assert statuses == {429}
    response = slow.ask("GET", "/v1/account")
    assert (response.status_code, error_of(response)["code"]) == (429, "RATE_LIMITED")
    assert int(response.headers["retry-after"]) >= 1


def test_both_keys_of_a_client_share_one_budget_and_health_costs_nothing(slow: Server) -> None:
    paper, live = slow.client(max_retries=0), slow.client(slow.live_key, max_retries=0)
    for _ in range(3 * int(QPS)):
        slow.ask("GET", "/v1/account")
    assert refused(live.account).status == 429
    assert refused(paper.account).status == 429
    assert live.health() is True


def test_a_client_that_retries_waits_as_it_is_told_and_gets_through(slow: Server) -> None:
    client = slow.client(max_retries=3)
    for _ in range(3 * int(QPS)):
        slow.ask("GET", "/v1/account")
    began = time.monotonic()
    assert client.account()["rate_limit_qps"] == QPS
    assert time.monotonic() - began >= 1.0  # `Retry-After` is whole seconds; its own first pause is half of one
