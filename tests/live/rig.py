"""A whole engine on the live market of a Binance at hand, on a clock that the test moves.

Used by the tests of this folder. What must stay true: time stands still unless a test asks for it to pass, every wait
is for a condition and is bounded, and no host but 127.0.0.1 is known to any plugin.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tests.live.exchange import KEY, SECRET, BinanceAtHand
from venuekit.book.book import BookState
from venuekit.credential import Credentials
from venuekit.graph.run import Leg
from venuekit.lifecycle import OrderState
from venuekit.plugin import Plugins, discover
from venuekit.run.clock import VirtualClock
from venuekit.units import NANOS_PER_S, QTY_SCALE
from venuekit_engine.answer import GraphStatus, NodeStatus, Order
from venuekit_engine.caller import Caller
from venuekit_engine.engine import Engine
from venuekit_engine.runtime.graphs import every_leg
from venuekit_engine.settings import Settings
from venuekit_engine.store.rows import FillRow

START: Final = 1_795_000_000 * NANOS_PER_S
PATIENCE_S: Final = 10.0
ALICE: Final = Caller("alice", "key_1", sandbox=False)
KEYS: Final = Credentials(api_key=KEY, api_secret=SECRET)
BTC: Final = "BTC-USDT"
REST: Final = {"symbol": BTC, "side": "buy", "qty": "1", "price": "99.75"}  # inside the spread: nobody sells there
BUY: Final = {"symbol": BTC, "side": "buy", "qty": "1"}
Payload = dict[str, Any]


class Rig:
    """One engine and its exchange."""

    def __init__(self, home: Path, exchange: BinanceAtHand, clock: VirtualClock, plugins: Plugins) -> None:
        self.home, self.exchange, self.clock, self.plugins = home, exchange, clock, plugins
        self.engine = self._make(home / "data")

    async def start(self, *, keys: bool = True) -> Rig:
        """Start with a live book; connect Alice's keys and wait until her account was read."""
        await self.engine.start()
        await self.until_live()
        if keys:
            await self.connect()
        return self

    async def connect(self) -> None:
        """Connect Alice's keys and wait until her account was read or refused."""
        await self.engine.credentials.connect(ALICE, "binance", KEYS)
        await self.until(lambda: any(self.engine.accounts.health("alice", "binance")))

    async def crash(self) -> None:
        """End the engine as `kill -9` would, and start another on what was durable then."""
        await self.engine.store.settled()
        home = self.engine.settings.data_dir
        again = home.with_name(f"{home.name}-again")
        shutil.copytree(home, again)
        await self.engine.transport.close()  # what the old one may still do reaches nobody
        await self.engine.stop()
        self.engine = self._make(again)

    async def submit(self, payload: Payload, caller: Caller = ALICE) -> str:
        """Submit an order; give its graph."""
        return (await self.engine.trade.submit(caller, payload)).graph_id

    async def rest(self, payload: Payload = REST) -> str:
        """Submit an order and wait until it rests at the venue and we know."""
        graph_id = await self.submit(payload)
        await self.until(lambda: not any(leg.state is OrderState.INTENT for leg in self.legs(graph_id)))
        return graph_id

    def legs(self, graph_id: str) -> list[Leg]:
        """List the child orders of a graph in memory."""
        running = self.engine.graphs.find(graph_id)
        return every_leg(running.run) if running else []

    async def order(self, graph_id: str, caller: Caller = ALICE) -> Order:
        """Show a graph's only order."""
        return await self.engine.trade.order(caller, f"graph:{graph_id}:order:1")

    async def node(self, graph_id: str) -> NodeStatus:
        """Show a graph's only node."""
        return (await self.graph(graph_id)).nodes["order"]

    async def graph(self, graph_id: str) -> GraphStatus:
        """Show a graph."""
        return await self.engine.trade.graph(ALICE, graph_id)

    async def fills(self) -> list[FillRow]:
        """List what is durable of Alice's live fills."""
        await self.engine.store.settled()
        rows, _ = await self.engine.store.fills("alice", False, limit=500, offset=0)
        return list(rows)

    def held(self, asset: str) -> int:
        """Tell Alice's position at Binance × 10⁸."""
        return self._holding(asset)[0]

    def locked(self, asset: str) -> int:
        """Tell what of it is locked."""
        return self._holding(asset)[1]

    def venue_held(self, asset: str) -> int:
        """Tell what the venue says of the same."""
        return scaled(self.exchange.account.assets[asset].total)

    async def until_order(self, graph_id: str, *statuses: str, passing_s: float = 0.0) -> Order:
        """Wait until an order has one of these states."""
        async with asyncio.timeout(PATIENCE_S):
            while (order := await self.order(graph_id)).status not in statuses:
                await self._turn(passing_s)
        return order

    async def until(self, holds: Callable[[], bool], passing_s: float = 0.0) -> None:
        """Wait until something holds; so much time passes each time it does not."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                await self._turn(passing_s)

    async def until_live(self, venue: str = "binance") -> None:
        """Wait until a venue's book may be used: heard of now."""
        await self.until(lambda: self._is_live(venue))
        self.exchange.stir()
        await self.until(lambda: self.engine.hub.consolidated(BTC).quote(venue, self.clock.now()).age_ns == 0)  # type: ignore[union-attr]

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in steps of one second, with turns for what is on the wire."""
        end = self.clock.now() + seconds * NANOS_PER_S
        while self.clock.now() < end:
            await self._turn(1.0)
            await self._turn(0.0)

    async def take_turn(self) -> None:
        """Give a turn to what is on the wire; no time passes."""
        await self._turn(0.0)

    def journal(self) -> bytes:
        """Read every event that is durable, past the engine."""
        path = self.engine.settings.data_dir / "venuekit.sqlite3"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            return b"\n".join(body for (body,) in database.execute("SELECT body FROM events"))

    def _is_live(self, venue: str) -> bool:
        book = self.engine.hub.book(venue, BTC)
        return book is not None and book.state is BookState.LIVE

    def _holding(self, asset: str) -> tuple[int, int]:
        found = self.engine.trade.positions(ALICE, venues=["binance"], kinds=None, include_closed=True)
        rows = [row for row in found.positions if asset in row.instrument.values()]
        return (rows[0].qty_1e8, rows[0].locked_qty_1e8) if rows else (0, 0)

    async def _turn(self, passing_s: float) -> None:
        if passing_s:
            await self.clock.advance(passing_s)
        ticked = asyncio.Event()
        asyncio.get_running_loop().call_later(0.003, ticked.set)
        await ticked.wait()

    def _make(self, data_dir: Path) -> Engine:
        hosts = dict.fromkeys(self.plugins.venues, self.exchange.hosts["binance"])
        settings = Settings(data_dir=data_dir, market="live", symbols=(BTC,), hosts=hosts, durability="normal")
        return Engine(settings, self.clock, self.plugins)


def only_binance() -> Plugins:
    """Offer Binance alone: no other plugin may look for its venue."""
    return Plugins({"binance": discover().venues["binance"]}, {})


def scaled(amount: Decimal) -> int:
    """Write a quantity × 10⁸."""
    return int(amount * QTY_SCALE)
