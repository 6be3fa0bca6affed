"""Clients of other people for the tests here, one process each for the whole run."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeAlias

import pytest

from tests.peers import binance_words, kalshi_words
from tests.peers.binance_desk import BinanceDesk
from tests.peers.kalshi_desk import KalshiDesk
from tests.peers.market_desk import DRIVER, PLACES, MarketDesk
from tests.peers.peer import Impossible, Missing, Peer
from venuekit_testkit.simulate.binance.face import BinanceSimulator
from venuekit_testkit.simulate.kalshi.face import KalshiSimulator
from venuekit_testkit.simulate.server import Server

Peers: TypeAlias = Callable[[str], Peer]


def start(name: str) -> Peer:
    """Start a client, or skip where it is not installed; in CI it must be, where the machine can have it at all."""
    try:
        return Peer(name)
    except Impossible as why:
        pytest.skip(str(why))
    except Missing as why:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(why))


@pytest.fixture(scope="session")
def peers() -> Iterator[Peers]:
    """Give a client by the name of its driver."""
    open_ones: dict[str, Peer] = {}

    def peer(name: str) -> Peer:
        if name not in open_ones or open_ones[name].is_over:
            open_ones[name] = start(name)
        return open_ones[name]

    yield peer
    for opened in open_ones.values():
        opened.close()


@pytest.fixture(params=sorted(binance_words.WORDS))
async def binance(request: pytest.FixtureRequest, peers: Peers) -> AsyncIterator[BinanceDesk]:
    """Give each client of Binance, connected to a simulator of its own."""
    async with Server(BinanceSimulator()) as server, BinanceDesk(peers(request.param), server) as desk:
        yield desk


@pytest.fixture(params=sorted(kalshi_words.WORDS))
async def kalshi(request: pytest.FixtureRequest, peers: Peers) -> AsyncIterator[KalshiDesk]:
    """Give each client of Kalshi, connected to a simulator of its own."""
    async with Server(KalshiSimulator()) as server, KalshiDesk(peers(request.param), server) as desk:
        yield desk


@pytest.fixture(params=sorted(PLACES))
async def market(request: pytest.FixtureRequest, peers: Peers) -> AsyncIterator[MarketDesk]:
    """Give ccxt, connected to a simulator of each venue whose market side alone is simulated."""
    async with Server(PLACES[request.param].simulator()) as server, MarketDesk(peers(DRIVER), server) as desk:
        yield desk
