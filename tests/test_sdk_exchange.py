"""One call carried out, without a network: what is tried again, how long one waits, and what the end means."""

from __future__ import annotations

import json
from typing import Any

import pytest

from venuekit_sdk.call import Call, Done, Lost, Pause, Repeat, Reply, Send, resume
from venuekit_sdk.errors import (
    ApiError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
    Unreachable,
    Unreadable,
)
from venuekit_sdk.exchange import perform

READ: Call[dict[str, int]] = Call(method="GET", path="/x", result=dict[str, int])
ORDER: Call[dict[str, int]] = Call(
    method="POST", path="/v1/orders", body={"a": 1}, result=dict[str, int], repeat=Repeat.KEYED
)
MAKE_KEY: Call[None] = Call(method="POST", path="/v1/api_keys", body={}, repeat=Repeat.UNSENT)
GOOD = Reply(200, b'{"x":1}')
UNSENT, GONE = Lost("refused", sent=False), Lost("reset", sent=True)


def play(call: Call[Any], answers: list[Reply | Lost], retries: int = 3) -> tuple[Any, list[Send], list[float]]:
    """Carry a call out on these answers; give the result or the error, what was sent, and the waits."""
    script, sends, waits = perform(call, "graph_minted", retries), list[Send](), list[float]()
    try:
        step = resume(script)
        while not isinstance(step, Done):
            if isinstance(step, Send):
                sends.append(step)
                step = resume(script, answers[len(sends) - 1])
            else:
                assert isinstance(step, Pause)
                waits.append(step.seconds)
                step = resume(script, 0.0)
    except ApiError as error:
        return error, sends, waits
    return step.value, sends, waits


@pytest.mark.parametrize("fault", [Reply(429, b""), Reply(502, b""), Reply(503, b""), Reply(504, b""), UNSENT, GONE])
@pytest.mark.parametrize("call", [READ, ORDER])
def test_a_passing_fault_is_tried_again(call: Call[Any], fault: Reply | Lost) -> None:
    result, sends, _ = play(call, [fault, GOOD])
    assert result == {"x": 1}
    assert len(sends) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 500, 302])
def test_a_lasting_fault_is_not_tried_again(status: int) -> None:
    _, sends, waits = play(READ, [Reply(status, b"")])
    assert (len(sends), waits) == (1, [])


def test_every_attempt_of_an_order_is_the_same_bytes_under_one_graph_id() -> None:
    _, sends, _ = play(ORDER, [GONE, Reply(502, b""), GOOD])
    assert len({send.body for send in sends}) == 1
    assert json.loads(sends[0].body) == {"a": 1, "graph_id": "graph_minted"}


def test_the_callers_own_graph_id_stands() -> None:
    mine: Call[Any] = Call(method="POST", path="/v1/orders", body={"graph_id": "mine"}, repeat=Repeat.KEYED)
    _, sends, _ = play(mine, [GOOD])
    assert json.loads(sends[0].body) == {"graph_id": "mine"}


def test_what_must_not_happen_twice_is_sent_again_only_if_nothing_happened() -> None:
    assert len(play(MAKE_KEY, [UNSENT, GOOD])[1]) == 2
    assert len(play(MAKE_KEY, [Reply(429, b""), GOOD])[1]) == 2
    assert len(play(MAKE_KEY, [GONE])[1]) == 1
    assert len(play(MAKE_KEY, [Reply(502, b"")])[1]) == 1


def test_the_backoff_grows_and_is_capped() -> None:
    _, sends, waits = play(READ, [UNSENT] * 8, retries=7)
    assert len(sends) == 8
    assert waits == [0.25, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


def test_the_server_may_ask_for_a_longer_wait_but_not_for_ever() -> None:
    assert play(READ, [Reply(429, b"", retry_after_s=3.0), GOOD])[2] == [3.0]
    assert play(READ, [Reply(429, b"", retry_after_s=0.1), GOOD])[2] == [0.25]
    assert play(READ, [Reply(429, b"", retry_after_s=86_400), GOOD])[2] == [30.0]


STATUSES = {
    400: Invalid, 401: Unauthorized, 403: Forbidden, 404: NotFound, 409: Conflict, 413: Invalid, 422: Invalid,
    429: RateLimited, 418: Refused, 500: Unavailable, 503: Unavailable, 302: Unreadable,
}  # fmt: skip


@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
def test_each_status_has_its_error(status: int, kind: type[ApiError]) -> None:
    body = b'{"error":{"code":"C","message":"m","request_id":"r","details":[{"field":"qty","message":"no"}]}}'
    error, _, _ = play(READ, [Reply(status, body)], retries=0)
    assert type(error) is kind
    assert (error.status, error.code, error.message, error.request_id) == (status, "C", "m", "r")
    assert [(each.field, each.message) for each in error.details] == [("qty", "no")]


@pytest.mark.parametrize(
    ("body", "message"),
    [(b'{"error":"bare"}', "bare"), (b"<html>" + b"x" * 300, "<html>" + "x" * 194), (b"", "no message")],
)
def test_an_error_without_the_envelope_still_says_something(body: bytes, message: str) -> None:
    error, _, _ = play(READ, [Reply(404, body)])
    assert error.message == message


def test_a_rate_limit_tells_how_long_to_wait() -> None:
    error, _, _ = play(READ, [Reply(429, b"", 7.0)], retries=0)
    assert error.retry_after_s == 7.0


def test_silence_about_a_read_is_unreachable() -> None:
    error, _, _ = play(READ, [GONE], retries=0)
    assert type(error) is Unreachable


@pytest.mark.parametrize("answer", [GONE, Reply(500, b""), Reply(502, b""), Reply(200, b"<html>"), Reply(200, b"")])
def test_silence_about_an_order_is_an_unknown_outcome_and_never_a_refusal(answer: Reply | Lost) -> None:
    error, _, _ = play(ORDER, [answer], retries=0)
    assert type(error) is OutcomeUnknown
    assert error.graph_id == "graph_minted"
    assert "graph_minted" in str(error)


def test_an_order_that_never_left_is_only_unreachable() -> None:
    error, _, _ = play(ORDER, [UNSENT, UNSENT], retries=1)
    assert type(error) is Unreachable


@pytest.mark.parametrize("status", [401, 409, 429])
def test_after_a_doubtful_attempt_a_refusal_of_the_second_proves_nothing(status: int) -> None:
    error, _, _ = play(ORDER, [GONE, Reply(status, b"")], retries=1)
    assert type(error) is OutcomeUnknown


@pytest.mark.parametrize("status", [404, 422])
def test_after_a_doubtful_attempt_a_refusal_of_the_terms_is_proof(status: int) -> None:
    error, _, _ = play(ORDER, [GONE, Reply(status, b"")], retries=1)
    assert isinstance(error, NotFound | Invalid)


def test_a_reply_of_another_shape_is_unreadable() -> None:
    error, _, _ = play(READ, [Reply(200, b'{"x":"one"}')])
    assert type(error) is Unreadable


def test_descriptions_show_no_body() -> None:
    call: Call[None] = Call(method="PUT", path="/v1/credentials/okx", body={"api_secret": "hush"})
    _, sends, _ = play(call, [GOOD])
    assert "hush" not in repr(call) + str(call) + repr(sends)
