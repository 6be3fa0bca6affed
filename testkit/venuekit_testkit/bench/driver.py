"""One adapter, the world that it can reach, and a clock: flows are run, and what they send is kept.

Used by `bench.py`, and by laws that send in a way of their own. What must stay true: time moves only by asking for it;
nothing leaves for a host that the adapter does not declare.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from venuekit.capability import Capability, Feature, Op, Support
from venuekit.errors import TradeError
from venuekit.instrument import Kind
from venuekit.units import NANOS_PER_MS, NANOS_PER_S, Nanos
from venuekit.venue import Venue
from venuekit.wire import Flow, Request, Response
from venuekit_testkit.bench.world import World

T = TypeVar("T")

ENDLESS: Final = 1_000  # requests of one flow
STEP: Final = NANOS_PER_MS


class Driver:
    """An adapter at work. `sent` are the requests that it made, newest last; `clock` is given where time is real."""

    def __init__(self, venue: Venue, world: World, start: int, clock: Callable[[], int] | None = None) -> None:
        self.venue, self.world = venue, world
        self.sent: list[Request] = []
        self._now, self._clock = start, clock

    def now(self) -> Nanos:
        """Tell the time, a millisecond later at each call."""
        self._now = max(self._now + STEP, self._clock() if self._clock else 0)
        return Nanos(self._now)

    @property
    def last(self) -> Nanos:
        """The time that was told last."""
        return Nanos(self._now)

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self._now += seconds * NANOS_PER_S

    def run(self, flow: Flow[T]) -> T:
        """Run a flow against the world. Raises: what the flow raises."""
        return drive(flow, self._send)

    def outcome(self, flow: Flow[T]) -> T | TradeError:
        """Run a flow; give what it gives or the error that it raises."""
        return _outcome(flow, self._send)

    def outcome_without(self, flow: Flow[T], why: TradeError, at: int) -> T | TradeError:
        """Run a flow whose request number `at` cannot leave; give what it gives or the error that it raises."""

        def fail() -> None:
            raise why

        return self._outcome_when(flow, at, fail)

    def fails(self, kind: type[TradeError], flow: Callable[[], Flow[Any]]) -> TradeError:
        """Run a flow that must raise an error of a kind; give it. Raises: AssertionError where it does not."""
        try:
            got = self.run(flow())
        except kind as error:
            return error
        except TradeError as error:
            raise AssertionError(f"expected {kind.__name__}, was {type(error).__name__}: {error}") from error
        raise AssertionError(f"expected {kind.__name__}, and it gave {got!r}")

    def answer_with(self, flow: Flow[T], *answers: Response) -> T:
        """Run a flow on canned answers, whatever it asks; the last is repeated. Raises: AssertionError without end."""
        left = list(answers)

        def answer(request: Request) -> Response:
            self.sent.append(request)
            return left.pop(0) if len(left) > 1 else left[0]

        return drive(flow, answer)

    def supports(self, op: Op) -> Capability:
        """Give what the table says of a verb, for the kind that is traded."""
        table = self.venue.capabilities[self.kind_table]
        return table.get(op, Capability(Support.ABSENT, "not in its table"))

    def offers(self, feature: Feature) -> Capability:
        """Give what the table says of a feature, for the kind that is traded."""
        return self.venue.features[self.kind_table].get(feature, Capability(Support.ABSENT, "not in its table"))

    @property
    def kind_table(self) -> Kind:
        """The kind whose table gates the laws: the venue's first."""
        return next(iter(self.venue.capabilities))

    def _outcome_when(self, flow: Flow[T], at: int, act: Callable[[], None]) -> T | TradeError:
        first = len(self.sent)

        def send(request: Request) -> Response:
            if len(self.sent) - first == at:
                act()
            return self._send(request)

        return _outcome(flow, send)

    def _send(self, request: Request) -> Response:
        self.sent.append(request)
        host = urlsplit(request.url).hostname or ""
        assert host in self.venue.hosts, f"{request!r} goes to a host that the plugin does not declare"
        return self.world.answer(request, self.now())


def _outcome(flow: Flow[T], send: Callable[[Request], Response]) -> T | TradeError:
    try:
        return drive(flow, send)
    except TradeError as error:
        return error


def drive(flow: Flow[T], send: Callable[[Request], Response]) -> T:
    """Run a flow to its end, errors of the transport thrown into it, as the core does, without waiting.

    Raises: AssertionError for one that asks without end.
    """
    try:
        request = next(flow)
        for _ in range(ENDLESS):
            try:
                response = send(request)
            except TradeError as error:
                request = flow.throw(error)
            else:
                request = flow.send(response)
        raise AssertionError(f"asked {ENDLESS} times, and it goes on: {request}")
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        flow.close()
