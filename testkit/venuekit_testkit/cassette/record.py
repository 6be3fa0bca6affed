"""Make cassettes: play scenarios against a simulator on this machine, or against a venue's testnet with real test keys.

Used by `sequence conform --record`. What must stay true: what a simulator answered is called `simulated`; a live
recording trades the smallest size and no more than the profile's notional; nothing is kept that was not scrubbed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import msgspec

from venuekit import capture
from venuekit.capability import Op
from venuekit.capture import Provenance
from venuekit.credential import Credentials
from venuekit.side import Side
from venuekit.units import format_qty, notional, parse_usd
from venuekit.venue import Venue
from venuekit_testkit.bench.bench import START, Bench
from venuekit_testkit.bench.build import Subject
from venuekit_testkit.bench.manifest import read_manifest
from venuekit_testkit.bench.profile import Unusable
from venuekit_testkit.cassette.frames import record_account, record_market, write_capture
from venuekit_testkit.cassette.header import Header
from venuekit_testkit.cassette.play import make_bench, open_world, prover
from venuekit_testkit.cassette.scenario import SCENARIOS, Scenario
from venuekit_testkit.cassette.tape import recording, require_clean
from venuekit_testkit.simulate.server import HOST, Server
from venuekit_testkit.verdict.verdict import declared

BuildAt = Callable[[Credentials | None, dict[str, str] | None], Venue]
MADE_BY: Final = f"venuekit {version('venuekit')}, vcrpy {version('vcrpy')}"


def scenarios_of(subject: Subject, names: Sequence[str] = ()) -> dict[str, Scenario]:
    """Choose the scenarios that a venue grants. Raises: Unusable for a name that is none."""
    if unknown := sorted(set(names) - set(SCENARIOS)):
        raise Unusable(f"there is no scenario {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    venue = subject.build(subject.keys)
    chosen = {name: each for name, each in SCENARIOS.items() if not names or name in names}
    return {name: each for name, each in chosen.items() if all(declared(venue, need) for need in each.needs)}


def record_simulated(subject: Subject, folder: Path, names: Sequence[str] = ()) -> list[Path]:
    """Record each scenario against a simulator of its own. Raises: Unusable where there is none."""
    if subject.make_simulator is None:
        raise Unusable(f"there is no simulator of {subject.id}, so nothing can be recorded but live")
    made = [_record_one(subject, folder, name, each) for name, each in scenarios_of(subject, names).items()]
    return made + _record_frames(subject, folder)


def make_header(subject: Subject, scenario: str, provenance: Provenance, start: int, ids: str = "vk") -> Header:
    """Describe a cassette that is about to be made."""
    return Header(
        venue=subject.id,
        scenario=scenario,
        provenance=provenance,
        made_on=datetime.fromtimestamp(time.time(), UTC).date().isoformat(),
        made_by=MADE_BY,
        api=read_manifest(subject.package).api,
        symbol=subject.profile.trade.symbol,
        ids=ids,
        start_ns=start,
    )


def record_live(
    subject: Subject, folder: Path, build: BuildAt, keys: Credentials, names: Sequence[str] = ()
) -> list[Path]:
    """Record each scenario at a venue's testnet. Raises: Unusable for a profile without one, or orders too dear."""
    testnet = subject.profile.testnet
    if testnet is None:
        raise Unusable(f"{subject.package}/conformance.toml has no [testnet]: recordings are not made with real money")
    if not keys.api_key or not keys.api_secret:
        raise Unusable("recording live needs the test keys of an account: VENUEKIT_API_KEY and VENUEKIT_API_SECRET")
    there = msgspec.structs.replace(subject, build=lambda given: build(given, dict(testnet.hosts)), keys=keys)
    pairs = list(zip(there.build(None).hosts, subject.build(None).hosts, strict=True))
    swap = dict(reversed(pairs))  # of one host under two names the first counts, which is REST
    chosen = scenarios_of(subject, names)
    return [_record_live(there, folder, name, each, swap) for name, each in chosen.items()]


def require_cheap(bench: Bench, most: str) -> None:
    """Refuse to trade for more than the cap. Raises: Unusable."""
    value = notional(bench.px_through(Side.BUY), bench.qty)
    if value > parse_usd(most):
        told = f"{format_qty(bench.qty)} {bench.instrument.symbol}"
        raise Unusable(f"one order of {told} would be worth more than {most}: lower size under [trade]")


def _record_live(subject: Subject, folder: Path, name: str, scenario: Scenario, swap: Mapping[str, str]) -> Path:
    assert subject.profile.testnet is not None
    start, path = time.time_ns(), folder / f"{name}.yaml"
    header = make_header(subject, name, Provenance.RECORDED, start, ids=f"vk{start // 10**9:x}")
    with open_world(lambda request, now: None, is_live=True) as world:
        require_cheap(make_bench(header, subject, world, time.time_ns), subject.profile.testnet.notional)
        bench = make_bench(header, subject, world, time.time_ns)
        with recording(path, header, lambda uri: _swap_host(uri, swap)):
            scenario.play(bench)
    require_clean(path)
    return path


def _record_one(subject: Subject, folder: Path, name: str, scenario: Scenario) -> Path:
    assert subject.make_simulator is not None
    path, loop, clock = folder / f"{name}.yaml", asyncio.new_event_loop(), _Follower()
    header = make_header(subject, name, Provenance.SIMULATED, START)
    server = Server(subject.make_simulator(), now=clock.now)
    loop.run_until_complete(server.start())
    base = f"http://{HOST}:{server.port}"
    try:
        with open_world(prover(subject), base, loop) as world:
            clock.bench = make_bench(header, subject, world)
            with recording(path, header, lambda uri: uri.replace(base, world.origin)):
                scenario.play(clock.bench)
    finally:
        loop.run_until_complete(server.stop())
        loop.close()
    require_clean(path)
    return path


def _record_frames(subject: Subject, folder: Path) -> list[Path]:
    venue, written = subject.build(subject.keys), list[Path]()
    api = read_manifest(subject.package).api
    head = capture.Header(provenance=Provenance.SIMULATED, made_by=MADE_BY, made_at_ns=START, api=api)
    for name, op, make in (("feed", Op.FEED, record_market), ("account", Op.ACCOUNT_FEED, record_account)):
        if declared(venue, op):
            written.append(folder / f"{name}.jsonl")
            write_capture(written[-1], head, make(subject.bench()))
    return written


class _Follower:
    """The simulator's clock: as late as the bench's."""

    def __init__(self) -> None:
        self.bench: Bench | None = None

    def now(self) -> int:
        return self.bench.last if self.bench is not None else START


def _swap_host(uri: str, swap: Mapping[str, str]) -> str:
    parts = urlsplit(uri)
    host = swap.get(parts.hostname or "")
    return urlunsplit(parts._replace(scheme="https", netloc=host)) if host else uri
