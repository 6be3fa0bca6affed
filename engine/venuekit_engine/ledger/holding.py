"""One holding: how much, at what average price in dollars, and what it has earned.

What must stay true: `locked + available = quantity`; an increase averages the entry, a decrease realises profit
against it, a flip starts a new entry.
"""

from __future__ import annotations

from typing import Final

from venuekit.units import PX_SCALE, QTY_SCALE, Nanos, Px, Qty, Usd
from venuekit_engine.store.rows import PositionRow

FIAT: Final = frozenset({"USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "TRY", "BRL"})
DOLLARS: Final = frozenset({"USD", "USDT", "USDC", "FDUSD", "TUSD", "USDP", "PYUSD", "DAI"})  # taken at one dollar
DOLLAR: Final = Px(PX_SCALE)
MOST: Final = 2**63 - 1  # of any number that is written down


class Holding:
    """What one client has of one asset at one venue."""

    __slots__ = (
        "asset",
        "client_id",
        "entry",
        "fees",
        "id",
        "locked",
        "qty",
        "realized",
        "sandbox",
        "updated",
        "venue",
    )

    def __init__(self, id: int, client_id: str, sandbox: bool, venue: str, asset: str) -> None:
        self.id, self.client_id, self.sandbox, self.venue, self.asset = id, client_id, sandbox, venue, asset
        self.qty = Qty(0)
        self.locked = Qty(0)
        self.entry = DOLLAR if asset in DOLLARS else Px(0)
        self.realized = Usd(0)
        self.fees = Usd(0)
        self.updated = Nanos(0)

    @property
    def kind(self) -> str:
        """The public word for what it is."""
        return "fiat" if self.asset in FIAT else "crypto"

    @property
    def is_cash(self) -> bool:
        """Tell whether it counts as cash: fiat, or a coin that is worth a dollar."""
        return self.asset in DOLLARS or self.asset in FIAT

    @property
    def free(self) -> Qty:
        """What can still be spent."""
        return Qty(self.qty - self.locked)

    def move(self, qty: int, px: Px, now: Nanos) -> None:
        """Add a signed quantity at a price in dollars."""
        before, after = self.qty, self.qty + qty
        if before * qty >= 0:
            self.entry = _average(self.entry, before, px, qty)
        else:
            closed = min(abs(before), abs(qty)) * (1 if before > 0 else -1)
            self.realized = Usd(self.realized + (px - self.entry) * closed // QTY_SCALE)
            if before * after < 0:
                self.entry = px
        self.qty, self.updated = Qty(after), now

    def charge(self, fee: Qty, fee_usd: Usd, now: Nanos) -> None:
        """Take a fee out of it; fees stand apart from profit."""
        self.qty = Qty(self.qty - fee)
        self.fees = Usd(self.fees + fee_usd)
        self.updated = now

    def restate(self, total: Qty, locked: Qty, px: Px | None, now: Nanos) -> bool:
        """Make it what its venue says, whatever our sums were; tell whether it changed.

        What was traded elsewhere, or was there before us, enters at the price of now; what left realises nothing.
        """
        before = (self.qty, self.locked, self.entry)
        gained = total - max(self.qty, 0)
        if gained > 0 and px:
            self.entry = _average(self.entry, max(self.qty, 0), px, gained)
        elif not self.entry and px and total:
            self.entry = px  # nobody priced it when it came
        self.qty, self.locked, self.updated = total, locked, now
        return before != (self.qty, self.locked, self.entry)

    def row(self) -> PositionRow:
        """Write it down.

        Orders that could pass 64 bits are refused, but a venue may tell any balance: its row holds the most that one
        can, because a row that does not fit would take the fill beside it along.
        """
        return PositionRow(
            self.client_id, self.sandbox, self.venue, self.kind, self.asset, _fit(self.qty), _fit(self.entry),
            _fit(self.realized), _fit(self.fees), self.updated,
        )  # fmt: skip

    @classmethod
    def of(cls, id: int, row: PositionRow) -> Holding:
        """Read it back."""
        holding = cls(id, row.client_id, row.sandbox, row.venue, row.asset)
        holding.qty, holding.entry = Qty(row.qty_1e8), Px(row.entry_usd_1e9)
        holding.realized, holding.fees = Usd(row.realized_usd_1e9), Usd(row.fees_usd_1e9)
        holding.updated = Nanos(row.updated_ns)
        return holding


def _fit(number: int) -> int:
    return number if -MOST <= number <= MOST else MOST if number > 0 else -MOST


def _average(entry: Px, held: int, px: Px, added: int) -> Px:
    total = abs(held) + abs(added)
    return Px((entry * abs(held) + px * abs(added) + total // 2) // total) if total else px
