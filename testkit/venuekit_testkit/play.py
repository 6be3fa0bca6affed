"""Play a flow against canned answers, without a network.

Used by the tests of plugins. What must stay true: every answer is asked for, and no request goes unanswered.
"""

from __future__ import annotations

from typing import TypeVar

from venuekit.wire import Flow, Request, Response

T = TypeVar("T")


class NotPlayed(AssertionError):
    """A flow ended with answers left, or asked for more than there were."""


def play(flow: Flow[T], *answers: Response) -> T:
    """Run a flow to its end on these answers. Raises: NotPlayed, and whatever the flow raises."""
    return play_all(flow, *answers)[0]


def play_all(flow: Flow[T], *answers: Response) -> tuple[T, list[Request]]:
    """Run a flow to its end; give its result and the requests it made."""
    requests: list[Request] = []
    left = list(answers)
    try:
        requests.append(next(flow))
        while left:
            requests.append(flow.send(left.pop(0)))
    except StopIteration as stop:
        if left:
            raise NotPlayed(f"{len(left)} answers were not asked for; requests were {requests}") from None
        return stop.value, requests
    raise NotPlayed(f"no answer for {requests[-1]}")


def first_request(flow: Flow[T]) -> Request:
    """Give the first request of a flow, and send nothing."""
    return next(flow)
