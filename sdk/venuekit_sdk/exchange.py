"""Carries out one call: which failures are tried again, how long to wait, and what an answer means.

Used by the clients only. What must stay true: an order is sent again only under the `graph_id` of its first attempt,
so the server knows it again; and where no proof of the outcome came, the error says so and is never a refusal.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar, cast

import msgspec

from venuekit_sdk.call import Call, Lost, Pause, Repeat, Reply, Script, Send
from venuekit_sdk.errors import ApiError, Invalid, NotFound, OutcomeUnknown, Unreachable, Unreadable, error_of

T = TypeVar("T")
BACKOFF_S: Final = (0.25, 0.5, 1.0, 2.0, 4.0)
LONGEST_WAIT_S: Final = 30.0
_PASSING: Final = frozenset({429, 502, 503, 504})


def perform(call: Call[T], graph_id: str, retries: int) -> Script[T]:
    """Send a call until it is answered, at most `retries` times again.

    `graph_id` names the submission where the body names none. Raises: ApiError.
    """
    body = _named(call, graph_id)
    send = Send(call.method, call.target, b"" if body is None else msgspec.json.encode(body), call.timeout_s)
    doubt = False
    for attempt in range(retries + 1):
        answer = cast("Reply | Lost", (yield send))
        doubt = doubt or _may_have_acted(answer)
        if attempt == retries or not _is_worth_repeating(call.repeat, answer):
            break
        yield Pause(_wait_s(attempt, answer))
    return _result(call, answer, body, doubt)


def _named(call: Call[Any], graph_id: str) -> dict[str, Any] | None:
    if call.body is None:
        return None
    fixed = {"graph_id": graph_id} if call.repeat is Repeat.KEYED and not call.body.get("graph_id") else {}
    return {**call.body, **fixed}


def _is_worth_repeating(repeat: Repeat, answer: Reply | Lost) -> bool:
    if repeat is Repeat.NEVER or (isinstance(answer, Reply) and answer.status not in _PASSING):
        return False
    return repeat is not Repeat.UNSENT or not _may_have_acted(answer)


def _may_have_acted(answer: Reply | Lost) -> bool:
    if isinstance(answer, Lost):
        return answer.sent
    return answer.status >= 500


def _wait_s(attempt: int, answer: Reply | Lost) -> float:
    backoff = BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)]
    asked = answer.retry_after_s if isinstance(answer, Reply) else 0.0
    return min(max(backoff, asked), LONGEST_WAIT_S)


def _result(call: Call[T], answer: Reply | Lost, body: dict[str, Any] | None, doubt: bool) -> T:
    try:
        return _read(call, answer)
    except ApiError as error:
        if call.repeat is not Repeat.KEYED or not _leaves_open(error, doubt):
            raise
        raise _unknown(error, str((body or {}).get("graph_id", ""))) from error


def _leaves_open(error: ApiError, doubt: bool) -> bool:
    # After an attempt that may have arrived, only a refusal of the terms themselves proves that it was refused too.
    return isinstance(error, Unreadable) or (doubt and not isinstance(error, Invalid | NotFound))


def _read(call: Call[T], answer: Reply | Lost) -> T:
    if isinstance(answer, Lost):
        raise Unreachable(0, "UNREACHABLE", answer.reason)
    if not 200 <= answer.status < 300:
        raise error_of(answer.status, answer.body, answer.retry_after_s)
    if call.result is None:
        return cast("T", None)
    try:
        return cast("T", msgspec.json.decode(answer.body or b"null", type=call.result))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(
            answer.status, "UNREADABLE", f"the reply to {call.path} is not as expected: {error}"
        ) from error


def _unknown(error: ApiError, graph_id: str) -> OutcomeUnknown:
    unknown = OutcomeUnknown(
        error.status,
        "OUTCOME_UNKNOWN",
        f"the order {graph_id} may be live, no proof came either way ({error.message})",
        error.details,
        error.request_id,
    )
    unknown.graph_id = graph_id
    return unknown
