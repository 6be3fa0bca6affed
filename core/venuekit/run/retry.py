"""Which answers and failures of a safe request are tried again, and after what wait. Pure but for the given clock.

Used by `http.py`. What must stay true: only safe requests come here, because a request that changes something is never
sent twice; the waits are the same every time, so a test can tell them.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final, cast

import msgspec
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, retry_if_result

from venuekit.errors import NotSent, OutcomeUnknown
from venuekit.run.clock import Clock
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.wire import Response

BUSY: Final = 429
# Binance bars our address: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits, read 2026-11-21.
BANNED: Final = 418
RETRIED: Final = frozenset((BUSY, 500, 502, 503, 504))
MOST_DIGITS: Final = 9  # of seconds; more is no time but nonsense
UNSAID_PAUSE: Final = Nanos(NANOS_PER_S)  # of a 429 that names no time: Kalshi's and OKX's do not


class Patience(msgspec.Struct, frozen=True):
    """How often a safe request is tried, and the first and the longest wait between; a wait doubles each time."""

    attempts: int = 3
    first_s: float = 0.25
    longest_s: float = 5.0


def pause_of(response: Response, now: Nanos) -> Nanos | None:
    """Tell how long a 429 or 418 wants us to stay away; None for any other answer."""
    if response.status not in (BUSY, BANNED):
        return None
    return _retry_after(response.headers.get("retry-after", ""), now)


def retrying(patience: Patience, clock: Clock) -> AsyncRetrying:
    """Make the loop that tries a safe request again; it gives the last answer or raises the last error."""

    async def sleep(seconds: float) -> None:
        await clock.sleep_until(Nanos(clock.now() + round(seconds * NANOS_PER_S)))

    def wait(state: RetryCallState) -> float:
        return max(_asked_wait_s(state, clock.now()), _backoff_s(patience, state.attempt_number))

    def stop(state: RetryCallState) -> bool:
        return state.attempt_number >= patience.attempts or _asked_wait_s(state, clock.now()) > patience.longest_s

    return AsyncRetrying(
        retry=retry_if_result(_is_passing) | retry_if_exception(_may_pass),
        wait=wait,
        stop=stop,
        sleep=sleep,
        retry_error_callback=_give_last,
    )


def _give_last(state: RetryCallState) -> Response:
    if state.outcome is None:
        raise RuntimeError("a retry ended before its first attempt")
    return cast("Response", state.outcome.result())


def _is_passing(response: Response) -> bool:
    return response.status in RETRIED


def _may_pass(error: BaseException) -> bool:
    # Exactly NotSent is a venue out of reach; its kinds (invalid, out of budget) do not pass by trying.
    return type(error) is NotSent or isinstance(error, OutcomeUnknown)


def _asked_wait_s(state: RetryCallState, now: Nanos) -> float:
    outcome = state.outcome
    if outcome is None or outcome.failed:
        return 0.0
    return (pause_of(outcome.result(), now) or 0) / NANOS_PER_S


def _backoff_s(patience: Patience, attempt: int) -> float:
    return min(patience.longest_s, patience.first_s * float(2 ** (attempt - 1)))


def _retry_after(text: str, now: Nanos) -> Nanos:
    # Whatever stands there, the answer itself must reach the plugin: nothing here may raise.
    if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS:
        return Nanos(int(text) * NANOS_PER_S)
    try:
        at = parsedate_to_datetime(text).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError, TypeError):
        return UNSAID_PAUSE
    return Nanos(max(0, round(at) * NANOS_PER_S - now))
