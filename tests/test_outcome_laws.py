"""The laws of two outcomes on one book can fail. The reference venue has one outcome, so Kalshi's adapter is broken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec
import pytest

from venuekit.credential import Credentials
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.order import Accepted, NewOrder, OrderReport
from venuekit.position import Position
from venuekit.units import Nanos, Qty
from venuekit.wire import Flow
from venuekit_kalshi.venue import Kalshi
from venuekit_testkit.bench.build import make_subject
from venuekit_testkit.verdict.run import run_suite
from venuekit_testkit.verdict.verdict import Verdict

Told = TypeVar("Told", Fill, OrderReport)


class BuysYes(Kalshi):
    """Sends an order of NO as one of YES."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        yes = msgspec.structs.replace(order.instrument, symbol=order.instrument.symbol.replace(":NO", ":YES"))
        return super().submit(msgspec.structs.replace(order, instrument=yes), now)


class TellsYes(Kalshi):
    """Tells what happened to NO in the terms of YES."""

    def restate(self, told: Told, instrument: Instrument) -> Told:
        return told

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        return super().open_orders(None, now)

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        yes = msgspec.structs.replace(instrument, symbol=instrument.symbol.replace(":NO", ":YES"))
        return super().fills(yes, since, now)


class AddsUp(Kalshi):
    """Counts NO as if it were YES."""

    def positions(self, now: Nanos) -> Flow[Sequence[Position]]:
        held = yield from super().positions(now)
        return [msgspec.structs.replace(each, qty=Qty(3 * each.qty)) for each in held]


@pytest.mark.parametrize(
    ("broken", "law"),
    [
        (BuysYes, "VS-410"),
        (TellsYes, "VS-420"),
        (AddsUp, "VS-430"),
        (TellsYes, "VS-440"),
        (TellsYes, "VS-450"),
    ],
)
def test_an_adapter_that_mixes_up_outcomes_is_caught(broken: type[Kalshi], law: str) -> None:
    def build(keys: Credentials | None) -> Kalshi:
        return broken(keys)

    (outcome,) = run_suite(make_subject("kalshi", "venuekit_kalshi", build), only=[law])
    assert outcome.verdict is Verdict.BROKE
