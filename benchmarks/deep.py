"""A market whose books never run dry and never grow old, and an engine on paper over it, for the engine's benchmarks.

Each venue shows 25 levels a side around 100.00, so large that all orders of a run fit into the first. Imported by the
workers of our own rows only.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from venuekit.book.book import Book
from venuekit.book.consolidated import Freshness
from venuekit.graph.model import Graph, Node
from venuekit.graph.run import GraphRun
from venuekit.instrument import FeeSchedule, Instrument, Kind
from venuekit.lifecycle import GraphState
from venuekit.market import BookSnapshot
from venuekit.order import OrderType, TimeInForce
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, PX_SCALE, QTY_SCALE, Nanos, Px, Qty, Rate, Usd
from venuekit_engine.desk.desk import Told
from venuekit_engine.ledger.ledger import Ledger
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.link import LinkStatus
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.graphs import Graphs
from venuekit_engine.runtime.runtime import Runtime
from venuekit_engine.sandbox.desk import PaperDesk
from venuekit_engine.store.rows import Batch
from venuekit_engine.trade.door import TradeDoor

SYMBOL: Final = "BTC-USD"
TICK: Final = PX_SCALE // 100
MIDDLE: Final = 100 * PX_SCALE
DEPTH: Final = 25
PER_LEVEL: Final = Qty(1_000_000 * QTY_SCALE)
QTY: Final = Qty(QTY_SCALE // 10)
LOT: Final = Qty(QTY_SCALE // 10_000)
CLIENT: Final = "client_bench"
COMPLETED: Final = GraphState.COMPLETED
_ids: Final = itertools.count()
AGELESS: Final = Freshness(quiet_ns=Nanos(86_400 * NANOS_PER_S))


class Heart:
    """A feed that was always heard just now."""

    @property
    def heard(self) -> Nanos:
        """Give the time now."""
        return clock()

    @heard.setter
    def heard(self, _: Nanos) -> None:
        """Take no other."""


class DeepSource:
    """Puts the books up; a source of the engine's market."""

    name = "deep"

    def __init__(self, venues: Sequence[str], symbols: Sequence[str] = (SYMBOL,)) -> None:
        self._venues, self._symbols = venues, symbols

    async def start(self, hub: MarketHub) -> None:
        """Put every book up."""
        self.fill(hub)

    async def stop(self) -> None:
        """Nothing runs."""

    async def want(self, symbol: str, wait_s: float) -> None:
        """Everything is there from the start."""

    def fill(self, hub: MarketHub) -> None:
        """Put every book up, at once."""
        for venue in self._venues:
            hub.catalog.put(venue, [instrument(venue, symbol) for symbol in self._symbols])
            hub.report(venue, LinkStatus.CONNECTED)
            for symbol in self._symbols:
                book = Book()
                book.restore(snapshot(symbol), clock())
                hub.attach(venue, symbol, book, Heart())


class NoJournal:
    """Durable at once: what is measured is all but the disk."""

    def write(self, _: Batch) -> asyncio.Future[None]:
        """Take a batch."""
        return _done()

    async def settled(self) -> None:
        """Nothing waits."""


class Counted(Graphs):
    """Graphs that count those that ended whole; without `rows` they build none, as engines without a store do."""

    def __init__(self, market: MarketHub, ledger: Ledger, journal: NoJournal, *, rows: bool) -> None:
        super().__init__(market, ledger, journal, clock)
        self.filled, self._rows = 0, rows

    def forget(self, run: GraphRun) -> None:
        """Count what leaves."""
        self.filled += run.state is COMPLETED
        super().forget(run)

    def _write(self, *step: Any, **more: Any) -> asyncio.Future[None]:
        return super()._write(*step, **more) if self._rows else _done()


class PaperEngine:
    """Runtime, ledger, paper desks and trading door, joined as the composition root does, without store and server."""

    def __init__(self, venues: int = 1, symbols: Sequence[str] = (SYMBOL,), *, rows: bool = True) -> None:
        names = [f"venue{number}" for number in range(venues)]
        self.hub = MarketHub(freshness=AGELESS)
        DeepSource(names, symbols).fill(self.hub)
        self.journal, self.ledger = NoJournal(), Ledger(self.hub, play=True)
        self.graphs = Counted(self.hub, self.ledger, self.journal, rows=rows)
        self.paper = {name: PaperDesk(name, self.hub, clock, self._told, self._watch) for name in names}
        self.runtime = Runtime(self.hub, Desks(self.paper.get, None), self.ledger, self.graphs, clock)
        self.door = TradeDoor(
            self.runtime, self.ledger, self.hub, self.journal, _NoStore(), now=clock, mint=mint, paper_cash=list
        )

    def _told(self, leg: str, told: Told) -> None:
        self.runtime.told(leg, told)

    def _watch(self, desk: PaperDesk, symbol: str) -> Callable[[], None]:
        end_books = self.hub.on_book(lambda _, changed: desk.on_book(changed), desk.venue, symbol)
        end_trades = self.hub.on_trades(lambda _, trades: desk.on_trades(symbol, trades), desk.venue, symbol)

        def end() -> None:
            end_books()
            end_trades()

        return end


class _NoStore:
    """The door's reads are not measured here."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nothing reads the store here, found {name}")


def instrument(venue: str, symbol: str) -> Instrument:
    """Make one venue's instrument."""
    base, quote = symbol.split("-")
    return Instrument(
        symbol=symbol, kind=Kind.SPOT, venue=venue, venue_symbol=base + quote, base=base, quote=quote, tick=Px(TICK),
        lot=LOT, min_qty=LOT, min_notional=Usd(PX_SCALE), fees=FeeSchedule(Rate(20_000), Rate(100_000)),
    )  # fmt: skip


def snapshot(symbol: str) -> BookSnapshot:
    """Make a book; every venue has the same prices, so that ties decide."""
    bids, asks = ([(Px(MIDDLE + sign * TICK * n), PER_LEVEL) for n in range(1, DEPTH + 1)] for sign in (-1, 1))
    return BookSnapshot(symbol, bids, asks)


def market_order(number: int, symbol: str = SYMBOL) -> Graph:
    """Make a graph of one market order: buys and sells in turn."""
    side = Side.SELL if number % 2 else Side.BUY
    return _graph(symbol=symbol, side=side, type=OrderType.MARKET, qty=QTY, tif=TimeInForce.IOC)


def limit_order(px: int) -> Graph:
    """Make a graph of one buy that rests at a price."""
    return _graph(symbol=SYMBOL, side=Side.BUY, type=OrderType.LIMIT, qty=QTY, px=Px(px))


def _graph(**terms: Any) -> Graph:
    node = Node(node_id="order", kind=Kind.SPOT, **terms)
    return Graph(graph_id=mint(), client_id=CLIENT, sandbox=True, nodes=(node,))


def clock() -> Nanos:
    """Read the time."""
    return Nanos(time.time_ns())


def mint() -> str:
    """Make a graph's id, by counting as the peer does."""
    return f"graph_{next(_ids):032x}"


def _done() -> asyncio.Future[None]:
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done
