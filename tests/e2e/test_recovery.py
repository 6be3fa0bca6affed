"""A restart from the instant between two steps, which a kill from outside hits too seldom.

The engine runs in this process with its paper desks held up; what is durable by then is copied and started again.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.captures import market_of, write_capture
from tests.e2e.serving import PATIENCE_S
from venuekit.run.clock import settle
from venuekit_engine.answer import Order, PositionView
from venuekit_engine.caller import Caller
from venuekit_engine.engine import Engine
from venuekit_engine.runtime.graphs import Graphs
from venuekit_engine.sandbox.desk import PaperDesk
from venuekit_engine.settings import Settings

LIMIT: Final[dict[str, Any]] = {"graph_id": "g", "symbol": "BTC-USDT", "side": "buy", "qty": 1, "price": 98}
MARKET: Final[dict[str, Any]] = {"graph_id": "g", "symbol": "BTC-USDT", "side": "buy", "qty": 1}
Act = Callable[[Engine, Caller], Coroutine[Any, Any, Any]]


class Lives:
    """One engine on a market that stands still, stopped short and started again."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._before, self._after, self._monkeypatch = home / "before", home / "after", monkeypatch
        capture = write_capture(home / "market.jsonl", market_of([("99.50", "2.0")], [("100.50", "1.5")]))
        self._market = f"replay:{capture}"
        self.caller = Caller("", "", sandbox=True)

    async def stop_short(self, act: Act, held: str) -> None:
        """Act while a method of the paper desks is held up; keep what is durable at that instant."""
        go = asyncio.Event()
        with self._monkeypatch.context() as patched:
            patched.setattr(PaperDesk, held, _hold(getattr(PaperDesk, held), go))
            async with self._engine(self._before) as engine:
                assert engine.first_keys is not None
                self.caller = engine.keys.authenticate(engine.first_keys.test_key)
                await act(engine, self.caller)
                _copy(self._before, self._after)
                go.set()

    def restart(self) -> Any:
        """Start on what was kept."""
        return self._engine(self._after)

    @asynccontextmanager
    async def _engine(self, data: Path) -> AsyncIterator[Engine]:
        engine = await Engine(Settings(data_dir=data, market=self._market)).start()
        try:
            yield engine
        finally:
            await engine.stop()

    async def order(self, engine: Engine, *statuses: str) -> Order:
        """Wait until the order has one of these states."""
        async with asyncio.timeout(PATIENCE_S):
            while (order := await engine.trade.order(self.caller, "graph:g:order:1")).status not in statuses:
                await settle()
        return order

    def positions(self, engine: Engine) -> list[PositionView]:
        """List what the client holds."""
        return engine.trade.positions(self.caller, venues=None, kinds=None, include_closed=True).positions


def open_count(engine: Engine) -> int:
    """Count what rests at the paper desks."""
    return sum(desk.open_count for desk in engine.paper.values())


def _hold(method: Any, go: asyncio.Event) -> Any:
    async def wait(*given: Any) -> Any:
        await go.wait()
        return await method(*given)

    return wait


def _copy(before: Path, after: Path) -> None:
    after.mkdir()
    shutil.copy(before / "secret.key", after)
    name = "venuekit.sqlite3"
    with closing(sqlite3.connect(before / name)) as source, closing(sqlite3.connect(after / name)) as target:
        source.backup(target)


@pytest.fixture
def lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lives:
    return Lives(tmp_path, monkeypatch)


async def test_a_limit_order_that_was_admitted_and_not_placed_yet_rests_after_a_restart(lives: Lives) -> None:
    await lives.stop_short(lambda engine, caller: engine.trade.submit(caller, LIMIT), held="place")
    async with lives.restart() as engine:
        order = await lives.order(engine, "ACCEPTED", "CANCELLED")
        assert (order.status, order.filled_qty_1e8) == ("ACCEPTED", 0)
        assert open_count(engine) == 1


async def test_a_market_order_that_was_admitted_and_not_placed_yet_ends_unfilled(lives: Lives) -> None:
    # Its moment is over: nobody wants it at whatever the price is after the restart.
    await lives.stop_short(lambda engine, caller: engine.trade.submit(caller, MARKET), held="place")
    async with lives.restart() as engine:
        order = await lives.order(engine, "COMPLETED", "CANCELLED", "REJECTED", "FAILED")
        assert (order.status, order.filled_qty_1e8) == ("CANCELLED", 0)


async def rest(engine: Engine, caller: Caller) -> None:
    await engine.trade.submit(caller, LIMIT)
    async with asyncio.timeout(PATIENCE_S):
        while not open_count(engine):
            await settle()
    await engine.trade.orders(caller, limit=1, offset=0, symbol=None, node_order_id=None)  # waits for the journal


async def cancel_once_it_rests(engine: Engine, caller: Caller) -> None:
    await rest(engine, caller)
    await engine.trade.cancel_graph(caller, "g")


async def test_a_cancel_that_was_admitted_and_not_done_yet_is_done_after_a_restart(lives: Lives) -> None:
    await lives.stop_short(cancel_once_it_rests, held="cancel")
    async with lives.restart() as engine:
        assert (await lives.order(engine, "CANCELLED")).filled_qty_1e8 == 0
        assert open_count(engine) == 0
        assert {row.locked_qty_1e8 for row in lives.positions(engine)} == {0}


async def submit_then_cancel(engine: Engine, caller: Caller) -> None:
    await engine.trade.submit(caller, LIMIT)
    await engine.trade.cancel_graph(caller, "g")


async def test_an_order_that_was_cancelled_before_it_was_placed_is_never_placed(lives: Lives) -> None:
    await lives.stop_short(submit_then_cancel, held="place")
    async with lives.restart() as engine:
        assert (await lives.order(engine, "CANCELLED")).filled_qty_1e8 == 0
        assert open_count(engine) == 0


async def test_an_order_that_rested_waits_for_its_venues_list_and_rests_again(
    lives: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lives.stop_short(rest, held="cancel")
    listed, instrument = asyncio.Event(), Graphs.instrument
    monkeypatch.setattr(Graphs, "instrument", lambda graphs, leg: instrument(graphs, leg) if listed.is_set() else None)
    async with lives.restart() as engine:
        await engine.reconciler.round()
        assert (await lives.order(engine, "ACCEPTED", "CANCELLED")).status == "ACCEPTED"
        assert open_count(engine) == 0
        listed.set()
        await engine.reconciler.round()  # asking before it rests again must not end it
        async with asyncio.timeout(PATIENCE_S):
            while engine.recovery.waiting:  # the engine looks again by itself
                await settle()
        assert open_count(engine) == 1
        assert (await lives.order(engine, "ACCEPTED", "CANCELLED")).status == "ACCEPTED"
        assert max(row.locked_qty_1e8 for row in lives.positions(engine)) > 98 * 10**8
