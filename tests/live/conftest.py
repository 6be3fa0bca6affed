"""A stand-in exchange, and a rig on it, for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.live.exchange import BinanceStandIn
from tests.live.rig import START, Rig, only_binance
from venuekit.run.clock import VirtualClock

pytest.importorskip("venuekit_binance.venue", reason="the Binance plugin is not installed here")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
async def exchange(clock: VirtualClock) -> AsyncIterator[BinanceStandIn]:
    exchange = BinanceStandIn(now=clock.now)
    await exchange.open()
    yield exchange
    await exchange.close()


@pytest.fixture
async def rig(tmp_path: Path, exchange: BinanceStandIn, clock: VirtualClock) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path, exchange, clock, only_binance())
    yield rig
    await rig.engine.stop()
