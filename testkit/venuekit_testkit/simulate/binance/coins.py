"""What the simulated Binance trades, and what its account holds at the start.

Used by `face.py`; a subclass of the face may name other coins. Prices are made up, grids are those that Binance had
when this was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from venuekit_testkit.simulate.exchange.market import Market

Level = tuple[str, str]


@dataclass(frozen=True)
class Coin:
    """One market and the book that it begins with, best first."""

    base: str
    tick: str
    lot: str
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    quote: str = "USDT"
    least: str = "5"  # of a notional
    most: str = "9000"  # of a quantity

    @property
    def symbol(self) -> str:
        """The venue's name for it."""
        return self.base + self.quote

    def market(self) -> Market:
        """Make the market."""
        lot = Decimal(self.lot)
        return Market(
            self.symbol,
            self.base,
            self.quote,
            Decimal(self.tick),
            lot,
            min_qty=lot,
            max_qty=Decimal(self.most),
            min_notional=Decimal(self.least),
        )


def quoted(middle: str, tick: str, size: str, levels: int = 20) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
    """Lay out a book: so many levels a side, a few ticks apart and larger with the distance."""
    mid, step, qty = Decimal(middle), Decimal(tick) * 5, Decimal(size)
    away = [(step * rank, f"{qty * rank:f}") for rank in range(1, levels + 1)]
    bids = tuple((f"{mid - far:f}", amount) for far, amount in away)
    return bids, tuple((f"{mid + far:f}", amount) for far, amount in away)


COINS: Final = (
    Coin("BTC", "0.01", "0.00001", *quoted("64000.00", "0.01", "0.25")),
    Coin("ETH", "0.01", "0.0001", *quoted("3400.00", "0.01", "2.5")),
    Coin("SOL", "0.01", "0.001", *quoted("152.00", "0.01", "40")),
    Coin("BNB", "0.01", "0.001", *quoted("590.00", "0.01", "8")),
    Coin("ETH", "0.00001", "0.0001", *quoted("0.05312", "0.00001", "3"), quote="BTC", least="0.0001"),
    Coin("DOGE", "0.00001", "1", *quoted("0.14200", "0.00001", "5000"), least="1", most="9000000"),
)
MONEY: Final = {"USDT": "1000000", "BTC": "10", "ETH": "100", "SOL": "500", "BNB": "50", "DOGE": "100000"}
