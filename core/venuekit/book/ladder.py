"""One side of a book: quantities by price, and the prices in order with the best at the end.

Most changes fall near the touch, so inserts and deletes near the end of the list move almost nothing. Asks are kept
under negated prices, so that both sides are the same code. Levels stay plain integers: nothing wraps them.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import islice

from venuekit.market import Levels
from venuekit.side import Side
from venuekit.units import Px, Qty, Usd, notional

_EMPTY = -(1 << 63)  # below every key


class Ladder:
    """The resting quantity of one side. A key is +price for bids and -price for asks.

    `px` and `qty` are the best level, both 0 when the side is empty.
    """

    __slots__ = ("_best", "keys", "px", "qty", "qtys", "sign")

    def __init__(self, side: Side) -> None:
        self.sign = side.sign
        self.qtys: dict[int, int] = {}
        self.keys: list[int] = []
        self.px = Px(0)
        self.qty = Qty(0)
        self._best = _EMPTY

    def set(self, px: Px, qty: Qty) -> None:
        """Put one level; quantity 0 takes it away."""
        key = px * self.sign
        qtys = self.qtys
        if qty:
            if key not in qtys:
                insort(self.keys, key)
            qtys[key] = qty
            if key >= self._best:
                self._best, self.px, self.qty = key, px, qty
        elif key in qtys:
            del qtys[key]
            if key == self._best:
                self.keys.pop()
                self._find_best()
            else:
                del self.keys[bisect_left(self.keys, key)]

    def set_all(self, levels: Levels) -> None:
        """Put many levels."""
        # The loop stands twice: a test of the side for each level would cost a tenth of all.
        qtys, keys = self.qtys, self.keys
        key: int
        if self.sign < 0:
            for px, qty in levels:
                key = -px
                if key in qtys:
                    if qty:
                        qtys[key] = qty
                    else:
                        del qtys[key], keys[bisect_left(keys, key)]
                elif qty:
                    insort(keys, key)
                    qtys[key] = qty
        else:
            for key, qty in levels:
                if key in qtys:
                    if qty:
                        qtys[key] = qty
                    else:
                        del qtys[key], keys[bisect_left(keys, key)]
                elif qty:
                    insort(keys, key)
                    qtys[key] = qty
        self._find_best()

    def replace(self, levels: Levels) -> None:
        """Forget every level and put these; the last word on a price counts, as in `set_all`."""
        sign = self.sign
        qtys: dict[int, int] = {px * sign: qty for px, qty in levels}
        self.qtys = {key: qty for key, qty in qtys.items() if qty} if 0 in qtys.values() else qtys
        self.keys = sorted(self.qtys)
        self._find_best()

    def copy(self) -> Ladder:
        """Make a side of its own with the same levels."""
        made = Ladder.__new__(Ladder)
        made.sign, made.qtys, made.keys = self.sign, self.qtys.copy(), self.keys.copy()
        made._best, made.px, made.qty = self._best, self.px, self.qty
        return made

    def cut(self, depth: int) -> None:
        """Keep the best `depth` levels."""
        surplus = len(self.keys) - depth
        if surplus > 0:
            for key in self.keys[:surplus]:
                del self.qtys[key]
            del self.keys[:surplus]

    def _find_best(self) -> None:
        if self.keys:
            key = self._best = self.keys[-1]
            # `Px(...)` would be a call a change, as in `levels.py`.
            self.px, self.qty = key * self.sign, self.qtys[key]  # type: ignore[assignment]
        else:
            self._best, self.px, self.qty = _EMPTY, Px(0), Qty(0)

    def levels(self, depth: int) -> Levels:
        """List the best levels, best first."""
        sign, qtys = self.sign, self.qtys
        return [(Px(key * sign), Qty(qtys[key])) for key in islice(reversed(self.keys), depth)]

    def walk(self, qty: Qty, limit: Px | None = None) -> tuple[Qty, Usd]:
        """Take quantity from the best level on, to a limit price; give what was had and its value."""
        taken, value = 0, 0
        worst = None if limit is None else limit * self.sign
        for key in reversed(self.keys):
            if taken == qty or (worst is not None and key < worst):
                break
            part = min(self.qtys[key], qty - taken)
            taken += part
            value += notional(Px(key * self.sign), Qty(part))
        return Qty(taken), Usd(value)

    def __len__(self) -> int:
        return len(self.keys)
