"""What the simulated Kraken trades, under every name that Kraken has for it.

Used by `face.py`; a subclass of the face may name other pairs. Prices are made up; names, decimals and minimums are
those that Kraken had when this was written, but for `BTTUSD`, whose ten decimals are more than most can count.
Source: https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs, read 2026-11-21.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from venuekit_testkit.simulate.exchange.market import Market

Level = tuple[str, str]
RENAMED: Final = {"XBT": "BTC", "XDG": "DOGE"}  # REST keeps the old codes, WebSocket v2 does not


@dataclass(frozen=True)
class Asset:
    """One asset: its key in REST, the name people use, and how many decimals it is counted and shown with."""

    key: str
    name: str
    decimals: int = 10
    shown: int = 5


@dataclass(frozen=True)
class Pair:
    """One market and the book that it begins with, best first. `status` is what Kraken says of it."""

    key: str
    base: Asset
    quote: Asset
    px_places: int
    qty_places: int
    least: str  # of a quantity
    least_cost: str
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    status: str = "online"

    @property
    def altname(self) -> str:
        """The name without the letters that mark a class; the exchange knows the market by it."""
        return self.base.name + self.quote.name

    @property
    def wsname(self) -> str:
        """The name of WebSocket v1, which keeps the old codes."""
        return f"{self.base.name}/{self.quote.name}"

    @property
    def stream(self) -> str:
        """The name of WebSocket v2."""
        return "/".join(RENAMED.get(each.name, each.name) for each in (self.base, self.quote))

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that REST takes."""
        return self.key, self.altname, self.wsname, self.stream

    @property
    def tick(self) -> Decimal:
        """The step of its prices."""
        return Decimal(1).scaleb(-self.px_places)

    def market(self) -> Market:
        """Make the market."""
        lot = Decimal(1).scaleb(-self.qty_places)
        least, cost = Decimal(self.least), Decimal(self.least_cost)
        names = self.base.name, self.quote.name
        return Market(self.altname, *names, self.tick, lot, min_qty=least, min_notional=cost)


def quoted(middle: str, step: str, size: str, levels: int = 120) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
    """Lay out a book: so many levels a side, a step apart and larger with the distance."""
    mid, far, qty = Decimal(middle), Decimal(step), Decimal(size)
    ranks = range(1, levels + 1)
    bids = tuple((f"{mid - far * rank:f}", f"{qty * rank:f}") for rank in ranks)
    return bids, tuple((f"{mid + far * rank:f}", f"{qty * rank:f}") for rank in ranks)


XBT: Final = Asset("XXBT", "XBT")
ETH: Final = Asset("XETH", "ETH")
SOL: Final = Asset("SOL", "SOL")
XDG: Final = Asset("XXDG", "XDG", 8, 2)
LUNA: Final = Asset("LUNA", "LUNA", 8)
BTT: Final = Asset("BTT", "BTT", 8)
USD: Final = Asset("ZUSD", "USD", 4, 2)

PAIRS: Final = (
    Pair("XXBTZUSD", XBT, USD, 1, 8, "0.00005", "0.5", *quoted("64000.0", "0.5", "0.01250001")),
    Pair("XETHZUSD", ETH, USD, 2, 8, "0.001", "0.5", *quoted("3400.00", "0.05", "0.31000000")),
    Pair("SOLUSD", SOL, USD, 2, 8, "0.02", "0.5", *quoted("152.00", "0.02", "4.05000000")),
    Pair("XDGUSD", XDG, USD, 7, 8, "13", "0.5", *quoted("0.1420000", "0.0000100", "2500.00000000")),
    Pair("XETHXXBT", ETH, XBT, 5, 8, "0.001", "0.00002", *quoted("0.05312", "0.00001", "1.50000000")),
    Pair(
        "LUNAUSD", LUNA, USD, 8, 8, "10", "0.5", *quoted("0.00004800", "0.00000010", "90000", 30), status="cancel_only"
    ),
    Pair("BTTUSD", BTT, USD, 10, 5, "100000", "0.5", *quoted("0.0000006200", "0.0000000010", "5000000", 30)),
)
