"""ccxt at a simulator of a venue's market side, and where the two say the same in other words.

Used by `test_market_clients.py`, through the fixture `market`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, NamedTuple

from tests.peers.desk import Desk
from tests.peers.seen import Levels
from venuekit_testkit.simulate.coinbase.face import CoinbaseSimulator
from venuekit_testkit.simulate.exchange.exchange import CROWD
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.kraken.face import KrakenSimulator
from venuekit_testkit.simulate.simulator import Simulator

DRIVER: Final = "ccxt_markets"
SYMBOL: Final = "BTC/USD"


class Place(NamedTuple):
    """One venue: its simulator, what it calls the market that is traded, and who the side of its trades is of."""

    simulator: type[Simulator]
    market: str
    side_is_takers: bool


PLACES: Final = {
    "coinbase": Place(CoinbaseSimulator, "BTC-USD", False),
    "kraken": Place(KrakenSimulator, "XBTUSD", True),
}


class MarketDesk(Desk):
    """A desk that knows the one market."""

    @property
    def place(self) -> Place:
        return PLACES[self.server.simulator.id]

    def connection(self, **other: str) -> dict[str, str]:
        urls = self.server.urls
        return {"venue": self.server.simulator.id, "rest": urls["rest"], "stream": urls["stream"], **other}

    def levels(self, side: str, depth: int) -> Levels:
        """Give one side of the book as the exchange has it."""
        return self.exchange.books[self.place.market].levels(side)[:depth]

    def market_of(self, told: dict[str, Any]) -> Market:
        """Find the market that a row of the client is of."""
        name = told.get("altname") or told["id"]
        return self.exchange.markets[name]

    def quote(self, side: str, px: str, qty: str, tif: str = "GTC") -> None:
        """Let somebody else trade."""
        with self.exchange.at(self.server.now()):
            self.exchange.place(self.place.market, side, Decimal(qty), Decimal(px), account=CROWD, tif=tif)
