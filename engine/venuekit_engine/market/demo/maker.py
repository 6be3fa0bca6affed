"""One made-up market: a book that follows a middle, with the trades that move it.

Used by `generator.py`. Pure: the middle, the time and the randomness are handed in. What must stay true: trades are
told before the change that they made, every change carries the next sequence number, and the book is never crossed.
"""

from __future__ import annotations

from random import Random
from typing import Final

from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, Levels, MarketEvent, TradePrint
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty
from venuekit_engine.market.demo.listing import Coin, Place, instrument
from venuekit_engine.market.demo.shelf import Change, Shelf

FINE: Final = 16  # a middle counts in sixteenths of a rung
SCATTER: Final = 40_503  # spreads prices between the rungs; odd, so that neighbours differ
BITE_ONE_IN: Final = 4


class Maker:
    """The market of one coin at one venue."""

    def __init__(self, coin: Coin, place: Place, middle: int, rng: Random) -> None:
        self.venue = place.venue
        self.instrument: Instrument = instrument(coin, place)
        self._tick, self._gap, self._half = coin.tick, coin.gap, place.half
        sizes = (coin.lot, Qty(coin.least * place.share // 100), Qty(coin.most * place.share // 100))
        self._bids = Shelf(Side.BUY, middle // FINE - place.half, sizes, rng)
        self._asks = Shelf(Side.SELL, middle // FINE + place.half, sizes, rng)
        self._seq = 0
        self._trades = 0

    def snapshot(self, now: Nanos) -> BookSnapshot:
        """Give the whole book as it stands."""
        bids, asks = (self._levels(list(shelf.qtys.items())) for shelf in (self._bids, self._asks))
        return BookSnapshot(self.instrument.symbol, bids, asks, seq=self._seq, ts=now)

    def step(self, middle: int, now: Nanos, rng: Random) -> list[MarketEvent]:
        """Follow the middle; give the trades on the way, then the change of the book."""
        bought, asks = self._asks.move(middle // FINE + self._half, rng)
        sold, bids = self._bids.move(middle // FINE - self._half, rng)
        events: list[MarketEvent] = [self._print(each, Side.BUY, now) for each in bought]
        events += [self._print(each, Side.SELL, now) for each in sold]
        bids += self._bids.churn(rng)
        asks += self._asks.churn(rng)
        if not rng.randrange(BITE_ONE_IN):
            events += self._bite(bids, asks, now, rng)
        self._seq += 1
        symbol, seq = self.instrument.symbol, self._seq
        return [*events, BookDelta(symbol, self._levels(bids), self._levels(asks), first=seq, last=seq, ts=now)]

    def _bite(self, bids: list[Change], asks: list[Change], now: Nanos, rng: Random) -> list[MarketEvent]:
        taker = rng.choice((Side.BUY, Side.SELL))
        shelf, changes = (self._asks, asks) if taker is Side.BUY else (self._bids, bids)
        bitten = shelf.bite(rng)
        if bitten is None:
            return []
        traded, left = bitten
        changes.append(left)
        return [self._print(traded, taker, now)]

    def _print(self, traded: Change, taker: Side, now: Nanos) -> TradePrint:
        self._trades += 1
        rung, qty = traded
        return TradePrint(self.instrument.symbol, str(self._trades), self._px(rung), qty, taker, now)

    def _levels(self, changes: list[Change]) -> Levels:
        return [(self._px(rung), qty) for rung, qty in changes]

    def _px(self, rung: int) -> Px:
        # Within its gap each rung has a place of its own, so that prices look drawn and stay in order.
        return Px(self._tick * (rung * self._gap + rung * SCATTER % self._gap))
