"""Play a cassette: the scenario that its head names, against what it holds, through the transport of the core.

Used by the laws of cassettes. What must stay true: nothing but the cassette answers; signatures are proven by the
venue's simulator; what is not played is a failure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from vcr.errors import CannotOverwriteExistingCassetteException

from venuekit.credential import Credentials
from venuekit.units import Nanos
from venuekit.wire import Request
from venuekit_testkit.bench.bench import Bench, Build
from venuekit_testkit.bench.profile import Profile, Trade
from venuekit_testkit.cassette.header import Header
from venuekit_testkit.cassette.scenario import SCENARIOS
from venuekit_testkit.cassette.tape import playing, require_clean
from venuekit_testkit.cassette.wire import Prove, TransportWorld
from venuekit_testkit.simulate.call import to_call
from venuekit_testkit.simulate.simulator import Simulator

HTTP: Final = "*.yaml"


class Playable(Protocol):
    """What a cassette is played with: an adapter's factory, its test keys, its profile, and a simulator for proofs."""

    @property
    def build(self) -> Build: ...
    @property
    def keys(self) -> Credentials: ...
    @property
    def profile(self) -> Profile: ...
    @property
    def make_simulator(self) -> Callable[[], Simulator] | None: ...


def play(path: Path, subject: Playable) -> None:
    """Play one cassette. Raises: AssertionError, TradeError, Unusable."""
    header = require_clean(path)
    scenario = SCENARIOS.get(header.scenario)
    assert scenario is not None, f"{path.name}: there is no scenario {header.scenario!r}, only {', '.join(SCENARIOS)}"
    with open_world(prover(subject)) as world, playing(path):
        try:
            scenario.play(make_bench(header, subject, world))
        except CannotOverwriteExistingCassetteException as error:
            raise AssertionError(f"{path.name} has no answer to {_tell(error)}") from None


def make_bench(
    header: Header, subject: Playable, world: TransportWorld, clock: Callable[[], int] | None = None
) -> Bench:
    """Make the bench that a head describes; with a clock its time is real."""
    profile = Profile(suite=subject.profile.suite, trade=Trade(header.symbol, subject.profile.trade.size))
    bench = Bench(subject.build, world, profile, subject.keys, header.ids, header.start_ns, clock)
    world.admit(bench.venue)
    return bench


@contextmanager
def open_world(
    prove: Prove, base: str = "", loop: asyncio.AbstractEventLoop | None = None, *, is_live: bool = False
) -> Iterator[TransportWorld]:
    """Open a transport on a loop of its own, or on one that is given."""
    own = loop or asyncio.new_event_loop()
    world = TransportWorld(own, base, prove, is_live=is_live)
    try:
        yield world
    finally:
        world.close()
        if loop is None:
            own.close()


def prover(subject: Playable) -> Prove:
    """Make what proves that a request is signed, where a simulator knows how."""
    simulator = subject.make_simulator() if subject.make_simulator else None

    def prove(request: Request, now: Nanos) -> None:
        if simulator is not None:
            _prove(simulator, request, now)

    return prove


def _prove(simulator: Simulator, request: Request, now: Nanos) -> None:
    reply = simulator.unproven(to_call(request), now)
    assert reply is None, f"{request!r} is not signed as the venue wants: {reply.body.decode() if reply else ''}"


def _tell(error: CannotOverwriteExistingCassetteException) -> str:
    asked = error.failed_request
    return f"{asked.method} {asked.uri} {(asked.body or b'').decode(errors='replace')}".strip()
