"""A Binance at hand, and a rig on it, for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.live.exchange import BinanceAtHand
from tests.live.rig import START, Rig, only_binance
from venuekit.run.clock import VirtualClock

pytest.importorskip("venuekit_binance.venue", reason="the Binance plugin is not installed here")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
async def exchange(clock: VirtualClock) -> AsyncIterator[BinanceAtHand]:
    exchange = BinanceAtHand(now=clock.now)
    await exchange.start()
    yield exchange
    await exchange.stop()


@pytest.fixture
async def rig(tmp_path: Path, exchange: BinanceAtHand, clock: VirtualClock) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path, exchange, clock, only_binance())
    yield rig
    await rig.engine.stop()
