"""A market that moves: the crowd quotes, withdraws, takes and betters, by a seed.

Used by laws that hold a kept book against the exchange's. What must stay true: the same seed makes the same market;
both sides keep a level at least; nothing crosses but to trade.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal
from random import Random
from typing import Final

from venuekit.instrument import Instrument
from venuekit.market import Levels
from venuekit.side import Side
from venuekit.units import Px, format_px, parse_px, parse_qty
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.simulate.exchange.exchange import CROWD
from venuekit_testkit.simulate.exchange.order import Order

REACH: Final = 6  # ticks from the best within which the crowd quotes
SIDES: Final = (Side.BUY, Side.SELL)


class Motion:
    """The rest of one market. Each move happens a moment after the one before."""

    def __init__(self, bench: Bench, instrument: Instrument, seed: int = 1) -> None:
        self._bench, self._exchange, self._traded = bench, bench.exchange, instrument
        self._random = Random(seed)
        self._moves: tuple[Callable[[], None], ...] = (self.quote, self.quote, self.withdraw, self.take)

    def move(self, times: int = 1) -> None:
        """Let the market move."""
        for _ in range(times):
            with self._exchange.at(self._bench.now()):
                self._random.choice(self._moves)()

    def quote(self) -> None:
        """Quote near the best, on either side."""
        side = self._random.choice(SIDES)
        self.quote_at(side, self.px_near(side))

    def quote_at(self, side: Side, px: Px) -> None:
        """Quote some lots at a price."""
        self._place(side, px, self._lots(px), "GTC")

    def withdraw(self) -> None:
        """Take back a quote, of a side that has more."""
        orders = [each for side in SIDES for each in self._spare(side)]
        if orders:
            self._exchange.cancel(self._random.choice(orders))

    def take(self) -> None:
        """Trade with the best of a side that has more than one level."""
        side = self._random.choice(SIDES)
        levels = self.levels(side.opposite)
        if len(levels) > 1:
            px, _ = levels[0]
            self._place(side, px, self._lots(px), "IOC")

    def strike(self, side: Side) -> None:
        """Take a smallest piece of the best level, as a buyer or a seller."""
        px, _ = self.levels(side.opposite)[0]
        with self._exchange.at(self._bench.now()):
            self._place(side, px, self._least(px), "IOC")

    def px_near(self, side: Side) -> Px:
        """Give a price of the grid near the best of a side that crosses nothing."""
        traded, (px, _) = self._traded, self.levels(side)[0]
        (other, _), step = self.levels(side.opposite)[0], self._random.randrange(-1, REACH)
        for _ in range(abs(step)):
            worse = traded.floor_px(Px(px - 1)) if side.buys == (step > 0) else traded.ceil_px(Px(px + 1))
            px = worse if worse > 0 and (worse < other) == side.buys and worse != other else px
        return px

    def levels(self, side: Side) -> Levels:
        """List one side of the exchange's book, best first, in our units."""
        told = self._exchange.books[self._traded.venue_symbol].levels(side.value)
        return [(parse_px(str(px)), parse_qty(str(qty))) for px, qty in told]

    def _lots(self, px: Px) -> Decimal:
        lot = self._exchange.markets[self._traded.venue_symbol].lot
        return self._least(px) + self._random.randrange(1, 50) * lot

    def _least(self, px: Px) -> Decimal:
        market = self._exchange.markets[self._traded.venue_symbol]
        least = max(market.lot, market.min_qty, market.min_notional / Decimal(format_px(px)))
        return (least / market.lot).to_integral_value(ROUND_CEILING) * market.lot

    def _place(self, side: Side, px: Px, qty: Decimal, tif: str) -> None:
        symbol = self._traded.venue_symbol
        self._exchange.place(symbol, side.value, qty, Decimal(format_px(px)), account=CROWD, tif=tif)

    def _spare(self, side: Side) -> list[Order]:
        orders = self._exchange.books[self._traded.venue_symbol].ranked(side.value)
        crowd = [each for each in orders if each.account == CROWD]
        return crowd if len(self.levels(side)) > 1 else crowd[1:]
