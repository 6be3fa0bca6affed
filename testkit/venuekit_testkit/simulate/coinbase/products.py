"""What the simulated Coinbase trades, and which products share one book.

Used by `face.py`; a subclass of the face may name other products. Prices are made up; increments and minimums are like
those that Coinbase had when this was written, but for `BTT-USD`, whose ten decimals are more than most can count.
Source: https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public/list-public-products, read
2026-11-21.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from venuekit_testkit.simulate.exchange.market import Market

Level = tuple[str, str]


@dataclass(frozen=True)
class Product:
    """One product and the book that it begins with, best first. `alias` is the product whose book it shares."""

    base: str
    quote: str
    tick: str
    lot: str
    least: str  # of the base
    least_quote: str
    bids: tuple[Level, ...] = ()
    asks: tuple[Level, ...] = ()
    most: str = "3400"  # of the base
    alias: str = ""
    is_open: bool = True

    @property
    def id(self) -> str:
        """The venue's name for it."""
        return f"{self.base}-{self.quote}"

    @property
    def book(self) -> str:
        """The product under whose name its market data are told."""
        return self.alias or self.id

    def market(self) -> Market:
        """Make the market."""
        grid = Decimal(self.tick), Decimal(self.lot)
        least, most, worth = (Decimal(each) for each in (self.least, self.most, self.least_quote))
        return Market(self.id, self.base, self.quote, *grid, min_qty=least, max_qty=most, min_notional=worth)


def quoted(middle: str, step: str, size: str, levels: int = 60) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
    """Lay out a book: so many levels a side, a step apart and larger with the distance."""
    mid, far, qty = Decimal(middle), Decimal(step), Decimal(size)
    ranks = range(1, levels + 1)
    bids = tuple((f"{mid - far * rank:f}", f"{qty * rank:f}") for rank in ranks)
    return bids, tuple((f"{mid + far * rank:f}", f"{qty * rank:f}") for rank in ranks)


DUST: Final = "0.00000001"
PRODUCTS: Final = (
    Product("BTC", "USD", "0.01", DUST, DUST, "1", *quoted("64000.00", "0.05", "0.01250001")),
    Product("ETH", "USD", "0.01", DUST, DUST, "1", *quoted("3400.00", "0.02", "0.31000007")),
    Product("SOL", "USD", "0.01", DUST, DUST, "1", *quoted("152.00", "0.01", "4.05"), most="114000"),
    Product(
        "DOGE", "USD", "0.00001", "0.1", "0.1", "1", *quoted("0.14200", "0.00001", "5000"),
        most="11988060.178198761161369",
    ),
    Product("ETH", "BTC", "0.00001", DUST, DUST, "0.000016", *quoted("0.05312", "0.00001", "1.5")),
    Product("USDT", "USDC", "0.00001", "0.01", "0.01", "1", *quoted("0.99990", "0.00001", "80000"), most="6800000"),
    Product("BTC", "USDC", "0.01", DUST, DUST, "1", alias="BTC-USD"),
    Product(
        "MATIC", "USD", "0.0001", "0.1", "0.1", "1", *quoted("0.4100", "0.0001", "900", 20), most="2200000",
        is_open=False,
    ),
    Product(
        "BTT", "USD", "0.0000000001", "1", "1", "1", *quoted("0.0000006200", "0.0000000010", "5000000", 20),
        most="90000000000",
    ),
)  # fmt: skip
