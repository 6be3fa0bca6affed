"""The composition root: chooses the real parts and joins them.

Everything below takes what it needs as arguments; only this file knows them all. Starting order: the data directory,
the store, keys, the market, the desks, recovery. Nothing is sent before recovery has put what may be live in doubt.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any

import structlog

from venuekit.graph.run import GraphRun
from venuekit.instrument import Instrument
from venuekit.plugin import Plugins, discover
from venuekit.run.clock import Clock, RealClock
from venuekit.run.http import HttpTransport
from venuekit.units import NANOS_PER_S, Nanos
from venuekit_engine.datadir import DataDir, DataDirError, open_data_dir
from venuekit_engine.desk.accounts import Accounts
from venuekit_engine.desk.desk import Told
from venuekit_engine.desk.live_desks import LiveDesks
from venuekit_engine.desk.streams import AccountStreams
from venuekit_engine.identity.credentials import SealedCredentials
from venuekit_engine.identity.keys import FirstKeys, Keys
from venuekit_engine.identity.masterkey import MasterKeyError, load_master_key, parse_master_key
from venuekit_engine.identity.vault import Vault, VaultError
from venuekit_engine.ledger.holding import DOLLARS
from venuekit_engine.ledger.ledger import Ledger
from venuekit_engine.market.door import Market
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.open import open_source
from venuekit_engine.market.source import MarketKind, parse_market
from venuekit_engine.market.terms import load_terms
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.graphs import Graphs
from venuekit_engine.runtime.reconcile import Reconciler
from venuekit_engine.runtime.recovery import Recovery
from venuekit_engine.runtime.runtime import Runtime
from venuekit_engine.runtime.tidings import Tidings
from venuekit_engine.sandbox.desk import PaperDesk
from venuekit_engine.settings import Settings, StartError
from venuekit_engine.store.fault import StoreError
from venuekit_engine.store.sqlite import SqliteStore
from venuekit_engine.store.writer import Durability
from venuekit_engine.trade.door import TradeDoor
from venuekit_engine.trade.mint import minter

log = structlog.get_logger(__name__)

FLUSH_NS = 60 * NANOS_PER_S  # how often the times at which keys were used are written


class Engine:
    """A running engine and its doors: `market`, `trade`, `keys`, `credentials`."""

    def __init__(self, settings: Settings, clock: Clock | None = None, plugins: Plugins | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or RealClock()
        self.plugins = plugins or discover()
        self.first_keys: FirstKeys | None = None
        self._exit = AsyncExitStack()

    async def start(self) -> Engine:
        """Open everything. Raises: StartError; then nothing is left open."""
        try:
            await self._start()
        except (DataDirError, StoreError, MasterKeyError, VaultError, ValueError) as error:
            await self.stop()
            raise StartError(str(error)) from error
        except BaseException:
            await self.stop()
            raise
        return self

    async def stop(self) -> None:
        """Let what is on the wire finish, make everything durable, close what was opened, the last first."""
        await self._exit.aclose()

    async def _start(self) -> None:
        settings, now, leave = self.settings, self.clock.now, self._exit
        choice = parse_market(settings.market)
        data_dir = open_data_dir(settings.data_dir)
        leave.callback(data_dir.close)
        data_dir.dedicate("live" if choice.kind is MarketKind.LIVE else "paper")
        self.store = SqliteStore(data_dir.database, _durability(settings.durability))
        leave.callback(self.store.close)
        self.keys = Keys(self.store, secrets.token_bytes, now)
        leave.push_async_callback(self._flush_keys)
        self.transport = HttpTransport(self.clock)
        leave.push_async_callback(self.transport.close)
        self.hub = MarketHub()
        self.ledger = Ledger(self.hub, play=choice.kind is not MarketKind.LIVE)
        self.ledger.load(self.store.positions())
        self.source = open_source(choice, settings, self.plugins, self.transport, self.clock)
        self.terms = load_terms(self.plugins.costs)
        self.market = Market(self.hub, self.source, now, self.terms)
        leave.push_async_callback(self.market.close)
        self._join(choice.kind, _vault(settings, data_dir))
        leave.push_async_callback(self.source.stop)
        await self.source.start(self.hub)
        leave.push_async_callback(self.runtime.close)
        self.recovery = Recovery(self.runtime, self.store, self._paper_desk_of)
        recovered = self.recovery.begin()
        self._run(self._recover_rest(), "recover the rest")
        self._run(self.reconciler.run(), "reconcile")
        self._open_accounts()
        self._run(self._flush_keys_for_ever(), "flush keys")
        # Last, because keys that are made are shown once: a start that fails must not have made them.
        self.first_keys = await self.keys.bootstrap()
        log.info("engine_started", market=settings.market, plugins=sorted(self.plugins.venues), recovered=recovered)

    def _run(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Keep a task until the engine stops."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_tell_fault)

        async def end() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self._exit.push_async_callback(end)

    def _join(self, kind: MarketKind, vault: Vault) -> None:
        """Make the desks, the runtime and the trading door."""
        now = self.clock.now
        self.paper: dict[str, PaperDesk] = {}
        self.credentials = SealedCredentials(
            self.store, vault, set(self.plugins.venues), now,
            lambda client, venue: self._keys_changed(client, venue),
            lambda client, venue: self.accounts.health(client, venue),
        )  # fmt: skip
        self.live = LiveDesks(
            self.plugins, self.transport, self.credentials.load, now, self.settings.hosts,
            lambda client, venue: self.accounts.stir(client, venue),
        )  # fmt: skip
        desks = Desks(self._paper_desk, self.live if kind is MarketKind.LIVE else None)
        self.graphs = Graphs(self.hub, self.ledger, self.store, now)
        self.runtime = Runtime(self.hub, desks, self.ledger, self.graphs, now, self.terms)
        self.reconciler = Reconciler(
            self.runtime, now, self.clock.sleep_until, lambda client, instrument: self.streams.tells(client, instrument)
        )
        self.accounts = Accounts(
            self.live, self.ledger, self.store, self.reconciler.ask_account, now, self.clock.sleep_until
        )
        tidings = Tidings(self.runtime, self.reconciler, self.accounts.stir, now)
        self.streams = AccountStreams(self.live, self.transport, self.clock, tidings.take, self._watched)
        self.trade = TradeDoor(
            self.runtime, self.ledger, self.hub, self.store, self.store,
            now=now, mint=minter(now, random.Random().getrandbits), paper_cash=self._paper_cash,
        )  # fmt: skip

    def _paper_desk(self, venue: str) -> PaperDesk | None:
        desk = self.paper.get(venue)
        if desk is None and venue in self.hub.links:
            desk = self.paper[venue] = PaperDesk(venue, self.hub, self.clock.now, self._told, self._watch)
        return desk

    def _paper_desk_of(self, run: GraphRun, venue: str) -> PaperDesk | None:
        on_paper = run.graph.sandbox or parse_market(self.settings.market).kind is not MarketKind.LIVE
        return self._paper_desk(venue) if on_paper else None

    def _told(self, leg: str, told: Told) -> None:
        self.runtime.told(leg, told)

    def _watch(self, desk: PaperDesk, symbol: str) -> Callable[[], None]:
        end_books = self.hub.on_book(lambda _, changed: desk.on_book(changed), desk.venue, symbol)
        end_trades = self.hub.on_trades(lambda _, trades: desk.on_trades(symbol, trades), desk.venue, symbol)

        def end() -> None:
            end_books()
            end_trades()

        return end

    def _open_accounts(self) -> None:
        """Read what live accounts hold, now and from now on, and listen to what happens to them."""
        if self.ledger.is_paper(sandbox=False):
            return
        self._exit.push_async_callback(self.streams.stop)
        for client_id, venue in self.credentials.connected():
            self.accounts.open(client_id, venue)
            self.streams.open(client_id, venue)
        self._run(self.accounts.run(), "read accounts")

    def _keys_changed(self, client_id: str, venue: str) -> None:
        self.live.forget(client_id, venue)
        if (client_id, venue) not in self.credentials.connected():
            self.accounts.close(client_id, venue)
            self.streams.close(client_id, venue)
        elif not self.ledger.is_paper(sandbox=False):
            self.accounts.open(client_id, venue)
            self.streams.open(client_id, venue)

    def _watched(self, venue: str) -> list[Instrument]:
        found = (self.hub.instrument(venue, symbol) for symbol in self.hub.symbols())
        return [each for each in found if each is not None]

    def _paper_cash(self) -> list[tuple[str, str]]:
        catalog = self.hub.catalog
        return [
            (venue, asset)
            for venue in catalog.venues()
            for asset in sorted({each.quote for each in catalog.of(venue).values()} & DOLLARS)
        ]

    async def _recover_rest(self) -> None:
        while self.recovery.waiting:
            await self.clock.sleep_until(Nanos(self.clock.now() + NANOS_PER_S))
            self.recovery.go_on()

    async def _flush_keys(self) -> None:
        with suppress(StoreError):
            await self.keys.flush()

    async def _flush_keys_for_ever(self) -> None:
        while True:
            await self.clock.sleep_until(Nanos(self.clock.now() + FLUSH_NS))
            await self._flush_keys()


def _tell_fault(task: asyncio.Task[None]) -> None:
    """Say that a task which should run until the engine stops has ended by a fault."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("task_failed", task=task.get_name(), exc_info=error)


def _durability(text: str) -> Durability:
    try:
        return Durability(text)
    except ValueError:
        known = " or ".join(each.value for each in Durability)
        raise ValueError(f"durability is {known}; found {text!r}") from None


def _vault(settings: Settings, data_dir: DataDir) -> Vault:
    text = settings.master_key
    key = parse_master_key(text) if text else load_master_key(data_dir.secret_key, secrets.token_bytes)
    return Vault(key, secrets.token_bytes)
