"""The paper desk of one venue: fills against the venue's current book, lets limit orders rest, charges its fees.

A marketable quantity walks the visible levels, less what we took a moment ago. A limit order that rests is filled when
the market trades through its price, or when the book crosses it. No fill is made on a book that may not be used:
the order is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from venuekit.book.book import Book, BookState
from venuekit.book.consolidated import Consolidated
from venuekit.book.ladder import Ladder
from venuekit.book.nbbo import QuoteState
from venuekit.errors import Refused, RejectReason
from venuekit.fill import Fill, Liquidity
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.market import TradePrint
from venuekit.order import NewOrder, OrderId, OrderType, TimeInForce
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty, Rate, fee_of, notional
from venuekit_engine.desk.desk import Tell, Told
from venuekit_engine.sandbox.resting import Queue, Resting
from venuekit_engine.sandbox.shadow import Shadow

USABLE: Final = (QuoteState.LIVE, QuoteState.ONE_SIDED)
Key = tuple[str, Side]
Watch = Callable[["PaperDesk", str], Callable[[], None]]  # calls back on a symbol's changes until ended


class Market(Protocol):
    """What the paper desk needs of the market."""

    def book(self, venue: str, symbol: str) -> Book | None: ...

    def consolidated(self, symbol: str) -> Consolidated | None: ...


class PaperDesk:
    """Trades on paper at one venue, for every client."""

    tells = True
    settle_ns = Nanos(0)

    def __init__(self, venue: str, market: Market, now: Callable[[], Nanos], tell: Tell, watch: Watch) -> None:
        self.venue = venue
        self._market, self._now, self._tell, self._watch = market, now, tell, watch
        self._watched: dict[str, Callable[[], None]] = {}  # by symbol: what ends the watch
        self._resting: dict[str, Resting] = {}
        self._queues: dict[Key, Queue] = {}
        self._shadows: dict[Key, Shadow] = {}

    def view(self, symbol: str, book: Book, side: Side, now: Nanos) -> Book:
        """Give the book without what was taken on paper a moment ago."""
        shadow = self._shadows.get((symbol, side))
        ladder = book.asks if side.buys else book.bids
        thinned = shadow.thin(ladder, now) if shadow is not None else ladder
        return book if thinned is ladder else book.with_side(side.opposite, thinned)

    async def place(self, order: NewOrder) -> Told:
        """Fill what is marketable, let the rest wait or end. Raises: Refused."""
        return self.fill(order)

    def fill(self, order: NewOrder) -> Told:
        """Do what `place` does, at once."""
        now = self._now()
        taken = self._take(order, self._usable(order, now), now)
        filled = sum([qty for _, qty in taken])
        fills = tuple(
            [self._fill(order, px, qty, Liquidity.TAKER, index, now) for index, (px, qty) in enumerate(taken, 1)]
        )
        if filled == order.qty:
            state = OrderState.FILLED
        elif order.tif is TimeInForce.GTC and order.px is not None:
            self._rest(Resting(order, order.px, Qty(order.qty - filled), len(fills)))
            state = OrderState.PARTIAL if filled else OrderState.ACCEPTED
        else:
            state = OrderState.CANCELLED
        message = "" if state is not OrderState.CANCELLED else f"{order.tif.value}: not enough at the price"
        return Told(state, f"paper-{order.client_id}", fills, message)

    async def cancel(self, order: OrderId) -> Told:
        """Take a resting order off; one that is gone has told its end already."""
        resting = self._resting.get(order.client_id)
        if resting is not None:
            self._drop(resting)
        return Told(OrderState.CANCELLED, order.venue_id)

    async def find(self, order: OrderId, since: Nanos) -> Told | None:
        """Tell a resting order; an ended one was told when it ended."""
        resting = self._resting.get(order.client_id)
        if resting is None:
            return None
        state = OrderState.ACCEPTED if resting.left == resting.order.qty else OrderState.PARTIAL
        return Told(state, f"paper-{order.client_id}")

    def restore(self, order: NewOrder, filled: Qty, fills: int) -> None:
        """Let an order rest again after a restart."""
        if order.px is not None and order.qty > filled:
            self._rest(Resting(order, order.px, Qty(order.qty - filled), fills))

    def on_book(self, symbol: str) -> None:
        """Fill the resting orders that the book now crosses."""
        book = self._market.book(self.venue, symbol)
        if book is None or book.state is not BookState.LIVE or book.is_crossed():
            return
        for side, other in ((Side.BUY, book.asks), (Side.SELL, book.bids)):
            queue = self._queues.get((symbol, side))
            if queue is not None and queue.best is not None and other.px:
                self._cross(queue, side, other)

    def on_trades(self, symbol: str, trades: Iterable[TradePrint]) -> None:
        """Fill the resting orders whose price the market traded through."""
        for trade in trades:
            queue = self._queues.get((symbol, trade.taker.opposite))
            if queue is None or queue.best is None:
                continue
            left = trade.qty
            for resting in queue.reached(trade.px, through=True):
                left = Qty(left - self._trade(resting, left))
                if left <= 0:
                    break

    @property
    def open_count(self) -> int:
        """How many orders rest."""
        return len(self._resting)

    def _rests_in(self, symbol: str) -> bool:
        queues = (self._queues.get((symbol, side)) for side in Side)
        return any(queue is not None and queue.best is not None for queue in queues)

    def _usable(self, order: NewOrder, now: Nanos) -> Book:
        symbol = order.instrument.symbol
        book, market = self._market.book(self.venue, symbol), self._market.consolidated(symbol)
        if book is None or market is None or self.venue not in market.listings:
            raise self._stale(f"no book of {symbol}")
        quote = market.quote(self.venue, now)
        if quote.state not in USABLE:
            raise self._stale(f"the book of {symbol} is {quote.state.value}: {quote.reason}")
        return book

    def _take(self, order: NewOrder, book: Book, now: Nanos) -> list[tuple[Px, Qty]]:
        ladder = book.asks if order.side.buys else book.bids
        if not ladder.px and order.type is OrderType.MARKET:
            raise self._stale(f"no {order.side.opposite.value} side in {order.instrument.symbol}")
        shadow = self._shadow(order.instrument.symbol, order.side)
        taken: list[tuple[Px, Qty]] = []
        shown: list[Qty] = []
        want: int = order.qty
        for px, displayed in _reachable(ladder, order.px):
            if order.post_only:
                raise Refused(
                    f"post-only, and {order.side.value} at {order.px} would trade",
                    venue=self.venue,
                    reason=RejectReason.EXCHANGE_REJECT,
                )
            part = min(shadow.left(px, displayed, now), want)
            if part:
                taken.append((px, Qty(part)))
                shown.append(displayed)
                want -= part
            if not want:
                break
        if want and order.tif is TimeInForce.FOK:
            return []
        for (px, qty), displayed in zip(taken, shown, strict=True):
            shadow.take(px, qty, displayed, now)
        return taken

    def _shadow(self, symbol: str, side: Side) -> Shadow:
        shadow = self._shadows.get((symbol, side))
        if shadow is None:
            shadow = self._shadows[symbol, side] = Shadow()
        return shadow

    def _cross(self, queue: Queue, side: Side, other: Ladder) -> None:
        now = self._now()
        best = queue.best
        if best is None or (other.px - best) * side.sign > 0:
            return
        for resting in queue.reached(other.px, through=False):
            symbol = resting.order.instrument.symbol
            shadow = self._shadow(symbol, side)
            for px, displayed in list(_reachable(other, resting.px)):
                part = min(shadow.left(px, displayed, now), resting.left)
                if part:
                    shadow.take(px, Qty(part), displayed, now)
                    self._trade(resting, Qty(part))
                if not resting.left:
                    break

    def _trade(self, resting: Resting, most: Qty) -> Qty:
        order, qty = resting.order, Qty(min(most, resting.left))
        # Made first: where it cannot be made, nothing has changed.
        fill = self._fill(order, resting.px, qty, Liquidity.MAKER, resting.fills + 1, self._now())
        resting.left, resting.fills = Qty(resting.left - qty), resting.fills + 1
        if not resting.left:
            self._drop(resting)
        state = OrderState.PARTIAL if resting.left else OrderState.FILLED
        self._tell(order.client_id, Told(state, f"paper-{order.client_id}", (fill,)))
        return qty

    def _rest(self, resting: Resting) -> None:
        self._resting[resting.order.client_id] = resting
        self._queue(resting.order).add(resting)
        symbol = resting.order.instrument.symbol
        if symbol not in self._watched:
            self._watched[symbol] = self._watch(self, symbol)

    def _drop(self, resting: Resting) -> None:
        symbol = resting.order.instrument.symbol
        del self._resting[resting.order.client_id]
        self._queue(resting.order).drop(resting)
        if not self._rests_in(symbol):
            self._watched.pop(symbol)()

    def _queue(self, order: NewOrder) -> Queue:
        key = (order.instrument.symbol, order.side)
        queue = self._queues.get(key)
        if queue is None:
            queue = self._queues[key] = Queue(order.side)
        return queue

    def _fill(self, order: NewOrder, px: Px, qty: Qty, liquidity: Liquidity, index: int, now: Nanos) -> Fill:
        return Fill(
            trade_id=f"{order.client_id}-{index}",
            client_id=order.client_id,
            venue_id=f"paper-{order.client_id}",
            venue_symbol=order.instrument.venue_symbol,
            side=order.side,
            px=px,
            qty=qty,
            fee=fee_of(notional(px, qty), _rate(order.instrument, liquidity)),
            fee_asset=order.instrument.quote,
            liquidity=liquidity,
            ts=now,
        )

    def _stale(self, message: str) -> Refused:
        return Refused(message, venue=self.venue, reason=RejectReason.STALE_VENUE)


def _reachable(ladder: Ladder, limit: Px | None) -> Iterable[tuple[Px, Qty]]:
    """Give levels from the best on, as far as a limit price goes. Keys grow towards the better price."""
    sign, qtys = ladder.sign, ladder.qtys
    worst = None if limit is None else limit * sign
    for key in reversed(ladder.keys):
        if worst is not None and key < worst:
            return
        yield Px(key * sign), Qty(qtys[key])


def _rate(instrument: Instrument, liquidity: Liquidity) -> Rate:
    fees = instrument.fees
    rate = None if fees is None else (fees.maker if liquidity is Liquidity.MAKER else fees.taker)
    if rate is None:
        raise ValueError(f"{instrument.venue} {instrument.symbol}: the {liquidity.value} fee is unknown")
    return rate
