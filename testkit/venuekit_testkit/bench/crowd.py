"""The rest of the market, played by hand: it takes what we offer, thins what we would take, and quotes elsewhere.

Used by laws. What must stay true: it acts at the exchange and never through the adapter, each time a moment later, so
that no two trades share an instant.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from venuekit.instrument import Instrument
from venuekit.order import NewOrder
from venuekit.side import Side
from venuekit.units import Nanos, Qty, format_px, format_qty
from venuekit_testkit.simulate.exchange.exchange import CROWD, ME, Exchange
from venuekit_testkit.simulate.exchange.order import Order

PLENTY = Decimal(10**7)


class Crowd:
    """Everybody but us. `now` gives a later time at each call."""

    def __init__(self, exchange: Exchange, now: Callable[[], Nanos]) -> None:
        self._exchange, self._now = exchange, now

    def take(self, client_id: str, qty: Qty | None = None, at: Nanos | None = None) -> None:
        """Trade with our resting order of a client id, all of it or `qty`."""
        order = self._exchange.find_client(client_id)
        with self._exchange.at(at or self._now()):
            self._exchange.fill(order, order.left if qty is None else decimal_qty(qty))

    def leave(self, instrument: Instrument, side: Side, qty: Qty) -> None:
        """Take from the best level that our order of `side` would meet until `qty` is left of it."""
        book = self._exchange.books[instrument.venue_symbol]
        px, there = book.levels(side.opposite.value)[0]
        with self._exchange.at(self._now()):
            self._exchange.place(
                instrument.venue_symbol, side.value, there - decimal_qty(qty), px, account=CROWD, tif="IOC"
            )

    def join(self, order: NewOrder) -> None:
        """Quote behind our order, as much at its price and side."""
        assert order.px is not None
        px, qty = Decimal(format_px(order.px)), decimal_qty(order.qty)
        with self._exchange.at(self._now()):
            self._exchange.place(order.instrument.venue_symbol, order.side.value, qty, px, account=CROWD)

    def fund(self, instrument: Instrument) -> None:
        """Give us plenty of all that an order of a market may lock."""
        market = self._exchange.markets[instrument.venue_symbol]
        for asset in {market.base, market.quote}:
            self._exchange.accounts[ME].add(asset, PLENTY)

    def leave_us(self, order: NewOrder, times: int) -> None:
        """Leave us what an order of ours locks so many times, and half of it more."""
        assert order.px is not None
        px, qty = Decimal(format_px(order.px)), decimal_qty(order.qty)
        tried = self._exchange.place(order.instrument.venue_symbol, order.side.value, qty, px)
        locked = tried.locked
        self._exchange.cancel(tried)
        self._exchange.accounts[ME].assets[tried.lock_asset].free = locked * times + locked / 2

    def rest_for_us(self, symbol: str, client_id: str) -> Order:
        """Let a smallest order of ours rest at the worst bid of a market, as another program with our keys would."""
        market, book = self._exchange.markets[symbol], self._exchange.books[symbol]
        levels = book.levels("buy")
        px = levels[-1][0] if levels else market.tick
        with self._exchange.at(self._now()):
            return self._exchange.place(symbol, "buy", market.least_qty(px), px, client_id=client_id)


def decimal_qty(qty: Qty) -> Decimal:
    """Express a quantity as exchanges count it."""
    return Decimal(format_qty(qty))
