"""One venue's market of one symbol: who listens to it, resolved once, so that an event finds its readers at once.

Made by the hub, fired by the sources. What must stay true: the cost of an event is that of its own listeners, however
many symbols there are, and a listener that fails stops neither the feed nor the other listeners.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

import structlog

from venuekit.market import TradePrint

OnBook: TypeAlias = Callable[[str, str], None]  # venue, symbol
OnTrades: TypeAlias = Callable[[str, Sequence[TradePrint]], None]  # venue, trades of one symbol
Cancel: TypeAlias = Callable[[], None]
Call = TypeVar("Call")

_log = structlog.get_logger(__name__)


class Listeners:
    """Callbacks of one channel, or of all. Tuples, so that a callback may leave while they are called."""

    __slots__ = ("books", "trades")

    def __init__(self) -> None:
        self.books: tuple[OnBook, ...] = ()
        self.trades: tuple[OnTrades, ...] = ()

    def add_book(self, call: OnBook) -> Cancel:
        """Call on every change of a book; the answer ends it."""
        self.books = (*self.books, call)
        return lambda: self._drop_book(call)

    def add_trades(self, call: OnTrades) -> Cancel:
        """Call on every public trade; the answer ends it."""
        self.trades = (*self.trades, call)
        return lambda: self._drop_trades(call)

    def _drop_book(self, call: OnBook) -> None:
        self.books = _without(self.books, call)

    def _drop_trades(self, call: OnTrades) -> None:
        self.trades = _without(self.trades, call)


class Channel:
    """Tells the listeners of one (venue, symbol) and those of all."""

    __slots__ = ("_all", "listeners", "symbol", "venue")

    def __init__(self, venue: str, symbol: str, everywhere: Listeners) -> None:
        self.venue, self.symbol = venue, symbol
        self.listeners = Listeners()
        self._all = everywhere

    def tell_book(self) -> None:
        """Say that the book changed or was lost."""
        for calls in (self.listeners.books, self._all.books):
            for call in calls:
                try:
                    call(self.venue, self.symbol)
                except Exception:  # noqa: BLE001 - one listener's fault is its own
                    _log.exception("book listener failed", venue=self.venue, symbol=self.symbol)

    def tell_trades(self, trades: Sequence[TradePrint]) -> None:
        """Say that these trades happened."""
        for calls in (self.listeners.trades, self._all.trades):
            for call in calls:
                try:
                    call(self.venue, trades)
                except Exception:  # noqa: BLE001 - as above
                    _log.exception("trade listener failed", venue=self.venue, symbol=self.symbol)


def _without(calls: tuple[Call, ...], gone: Call) -> tuple[Call, ...]:
    # Only the first: the same callback may have been added twice.
    at = next((index for index, call in enumerate(calls) if call is gone), None)
    return calls if at is None else calls[:at] + calls[at + 1 :]
