"""No false alarms: adapters that differ from the reference as real venues do keep every law that applies to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from venuekit.capability import Op
from venuekit.errors import TradeError
from venuekit.order import OrderId, TimeInForce
from venuekit.side import Side
from venuekit.units import Nanos
from venuekit.venue import Venue
from venuekit.wire import Request, Response
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.world import SimulatedWorld
from venuekit_testkit.law import Level, laws
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.variants import VARIANTS, Variant
from venuekit_testkit.variants.trial import find_alarms, subject_of, try_variant
from venuekit_testkit.variants.variant import enter
from venuekit_testkit.verdict.level import compute_level

LEAST = 30  # variants
# Laws of a second and more: random schedules, floods, processes. `python -m venuekit_testkit.variants` tries them all
# on all; here they are tried where orders and books go other ways.
HEAVY = frozenset(("LC-710", "LC-720", "SE-120", "SE-200", "ST-100", "ST-110", "ST-120", "ST-140"))
AT_LENGTH = frozenset(("amend-by-cancel", "asynchronous", "short-cancels", "seconds", "books-by-rest", "whole-books"))
WHOLE = Variant("whole", "Differs in nothing.", build=ReferenceVenue)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_keeps_every_law_that_applies(name: str) -> None:
    outcomes = try_variant(VARIANTS[name], _laws_for(VARIANTS[name]))
    assert find_alarms(VARIANTS[name], outcomes) == []
    assert compute_level(outcomes) is Level.STRESS, "what does not apply keeps no level away"


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_really_differs(name: str) -> None:
    assert _seen(VARIANTS[name]) != _seen(WHOLE), VARIANTS[name].differs


def test_variants_are_many_and_the_laws_would_notice_a_lie() -> None:
    assert len(VARIANTS) >= LEAST
    told_at_once = VARIANTS["asynchronous"].face
    lie = Variant(
        "lie", "Says that an answer tells what traded, and it does not.", build=ReferenceVenue, face=told_at_once
    )
    alarms = find_alarms(lie, try_variant(lie, ["EX-030", "EX-160"]))
    assert [alarm.split(":")[0] for alarm in alarms] == ["lie EX-030", "lie EX-160"]


def test_a_variant_says_how_it_differs() -> None:
    for odd in (Variant("whole", "Differs"), Variant("asynchronous", "Differs in its name.")):
        with pytest.raises(ValueError, match="one sentence"):
            enter(odd)


def test_every_variant_is_in_the_docs() -> None:
    page = (Path(__file__).parents[1] / "docs/conformance/variants.md").read_text()
    assert [name for name in VARIANTS if f"`{name}`" not in page] == []


def _laws_for(variant: Variant) -> list[str]:
    return [id for id in laws() if variant.name in AT_LENGTH or id not in HEAVY]


class Recording(SimulatedWorld):
    """Keeps what went over the wire."""

    def __init__(self, world: SimulatedWorld) -> None:
        super().__init__(world.simulator)
        self.wire: list[object] = []

    def answer(self, request: Request, now: Nanos) -> Response:
        response = super().answer(request, now)
        self.wire += [request.target, request.body, request.cost, response.status, response.body]
        return response


def _seen(variant: Variant) -> list[object]:
    """Give all that can be seen of a variant from outside: tables, limits, wire, streams, results."""
    with subject_of(variant) as subject:
        bench = subject.bench()
        assert isinstance(bench.world, SimulatedWorld)
        world = Recording(bench.world)
        bench.world = world
        told = list(_told(bench))
        return [*_tables(bench.venue), *world.wire, *told]


def _tables(venue: Venue) -> list[object]:
    return [
        [(kind, list(table.items())) for kind, table in venue.capabilities.items()],
        [(kind, list(table.items())) for kind, table in venue.features.items()],
        list(venue.limits),
    ]


def _told(bench: Bench) -> Iterator[object]:
    """Trade a little, and tell what came of it."""
    yield _stream(bench)
    if not bench.supports(Op.SUBMIT):
        return
    for terms in ({}, {"px": bench.px_through(Side.BUY)}, {"tif": TimeInForce.IOC}, {"tif": TimeInForce.FOK}):
        yield from _submit(bench, terms)
    yield from _submit(bench, {"post_only": True, "px": bench.px_through(Side.BUY)})
    yield repr(bench.fills())


def _submit(bench: Bench, terms: dict[str, Any]) -> Iterator[object]:
    order = bench.order(**terms)
    try:
        told = bench.submit(order)
    except TradeError as error:
        yield repr(error)
        return
    named = OrderId(order.instrument, order.client_id, told.venue_id)
    yield from (told, repr(bench.outcome(bench.venue.query(named, bench.now()))))
    yield repr(bench.outcome(bench.venue.cancel(named, bench.now())))


def _stream(bench: Bench) -> object:
    line = bench.market_line()
    line.open()
    bench.world.stir(bench.instrument.venue_symbol)
    line.pump()
    line.market.resync(bench.instrument.symbol, "a test asks")
    return repr((line.events, line.sent, line.asked, line.market.pending()))
