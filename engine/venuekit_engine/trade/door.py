"""`TradeService`: admits orders and tells what became of them.

Idempotent by `graph_id`: the same id with the same parameters gives the first answer, with others it is a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from venuekit.graph.event import decode_event
from venuekit.graph.fault import InvalidGraph
from venuekit.graph.model import Graph
from venuekit.graph.model import node_order_id as name_order
from venuekit.graph.payload import digest_of, parse_graph
from venuekit.graph.reducer import replay
from venuekit.graph.run import GraphRun
from venuekit.lifecycle import GraphState
from venuekit.units import Nanos
from venuekit_engine.answer import Fills, GraphStatus, Order, Orders, Positions, Submission
from venuekit_engine.caller import Caller
from venuekit_engine.ledger.ledger import Ledger
from venuekit_engine.ledger.view import view_positions
from venuekit_engine.refusal import Conflict, Detail, NotFound, Unprocessable
from venuekit_engine.runtime.admission import admit
from venuekit_engine.runtime.durable import wait_durable
from venuekit_engine.runtime.market import Market
from venuekit_engine.runtime.runtime import Runtime
from venuekit_engine.store.fault import StoreError
from venuekit_engine.store.rows import GraphRow
from venuekit_engine.store.store import Journal, Store
from venuekit_engine.trade.turn import Turns
from venuekit_engine.trade.view import view_fill, view_graph, view_order

CashAt = Callable[[], Sequence[tuple[str, str]]]  # the paper cash that every venue opens with: (venue, asset)


class TradeDoor:
    """The orders, graphs, fills and positions of every client. `mint` makes a new id."""

    def __init__(
        self,
        runtime: Runtime,
        ledger: Ledger,
        market: Market,
        journal: Journal,
        store: Store,
        *,
        now: Callable[[], Nanos],
        mint: Callable[[], str],
        paper_cash: CashAt,
    ) -> None:
        self._runtime, self._ledger, self._market = runtime, ledger, market
        self._journal, self._store, self._now, self._mint = journal, store, now, mint
        self._paper_cash = paper_cash
        self._turns = Turns()

    async def submit(self, caller: Caller, payload: dict[str, Any]) -> Submission:
        """Admit a simple order or a graph; durable when it returns.

        Raises: Unprocessable, NotFound, Conflict, Unavailable.
        """
        graph = self._parse(caller, payload)
        digest = digest_of(payload)
        if "graph_id" not in payload:
            return await self._admit(graph, digest)
        async with self._turns.of(graph.graph_id):
            return await self._known(caller, graph, digest) or await self._admit(graph, digest)

    async def cancel_graph(self, caller: Caller, graph_id: str) -> GraphStatus:
        """Cancel every live node; what traded stays. One that has ended is shown as it ended."""
        return view_graph(await self._cancel(await self._load(caller, graph_id), ""))

    async def cancel_order(self, caller: Caller, node_order_id: str) -> Order:
        """Cancel one node."""
        graph_id, node_id = _split(node_order_id)
        run = await self._load(caller, graph_id)
        if node_id not in run.nodes:
            raise NotFound(f"no order {node_order_id!r}")
        await self._cancel(run, node_id)
        return await self.order(caller, name_order(graph_id, node_id, run.nodes[node_id].seq))

    async def graph(self, caller: Caller, graph_id: str) -> GraphStatus:
        """Show a graph."""
        return view_graph(await self._load(caller, graph_id))

    async def orders(
        self, caller: Caller, *, limit: int, offset: int, symbol: str | None, node_order_id: str | None
    ) -> Orders:
        """List orders, newest first. An order asked for by id is found on either side of the paper wall."""
        await self._catch_up()
        if node_order_id is not None:
            found = await self._store.order(caller.client_id, node_order_id)
            shown = found is not None and (found.sandbox or not caller.sandbox)
            one = [view_order(found)] if found is not None and shown else []
            return Orders(one, len(one), limit, offset, has_more=False)
        page, total = await self._store.orders(
            caller.client_id, caller.sandbox, limit=limit, offset=offset, symbol=self._spell(symbol)
        )
        return Orders([view_order(row) for row in page], total, limit, offset, has_more=offset + len(page) < total)

    async def order(self, caller: Caller, node_order_id: str) -> Order:
        """Show one order. Raises: NotFound."""
        found = await self.orders(caller, limit=1, offset=0, symbol=None, node_order_id=node_order_id)
        if not found.orders:
            raise NotFound(f"no order {node_order_id!r}")
        return found.orders[0]

    async def fills(self, caller: Caller, *, limit: int, offset: int, symbol: str | None) -> Fills:
        """List fills, newest first."""
        await self._catch_up()
        page, total = await self._store.fills(
            caller.client_id, caller.sandbox, limit=limit, offset=offset, symbol=self._spell(symbol)
        )
        return Fills([view_fill(row) for row in page], total, limit, offset, has_more=offset + len(page) < total)

    def positions(
        self, caller: Caller, *, venues: Sequence[str] | None, kinds: Sequence[str] | None, include_closed: bool
    ) -> Positions:
        """Value what a client holds."""
        now = self._now()
        if self._ledger.is_paper(caller.sandbox):
            for venue, asset in self._paper_cash():
                self._ledger.holding(caller.client_id, caller.sandbox, venue, asset, now)
        return view_positions(
            self._ledger.holdings(caller.client_id, caller.sandbox),
            lambda asset: self._ledger.usd(asset, now),
            now,
            venues=venues,
            kinds=kinds,
            include_closed=include_closed,
        )

    async def _admit(self, graph: Graph, digest: str) -> Submission:
        await self._runtime.submit(admit(graph, self._market), digest)
        return _submission(graph)

    def _parse(self, caller: Caller, payload: dict[str, Any]) -> Graph:
        try:
            return parse_graph(payload, client_id=caller.client_id, graph_id=self._mint(), sandbox=caller.sandbox)
        except InvalidGraph as error:
            faults = [Detail(fault.field, fault.message) for fault in error.faults]
            raise Unprocessable("the payload failed validation", faults) from None

    async def _known(self, caller: Caller, graph: Graph, digest: str) -> Submission | None:
        """Give the first answer to a graph that was submitted before."""
        running = self._runtime.graphs.find(graph.graph_id)
        if running is not None:
            _same(caller, running.run.graph, running.digest, digest)
            await wait_durable(running.durable, "whether this graph was taken is not known")
            return _submission(graph)
        # What is not in memory is durable, or never was: nothing that is being written need be waited for.
        row = await self._store.graph(graph.graph_id)
        if row is None:
            return None
        _same(caller, row, row.digest, digest)
        return _submission(graph)

    async def _load(self, caller: Caller, graph_id: str) -> GraphRun:
        running = self._runtime.graphs.find(graph_id)
        if running is not None:
            run = running.run
        else:
            events = await self._store.events(graph_id)
            if not events:
                raise NotFound(f"no graph {graph_id!r}" + _hint(graph_id))
            run = replay(decode_event(event.body) for event in events)
        graph = run.graph
        if graph.client_id != caller.client_id or (caller.sandbox and not graph.sandbox):
            raise NotFound(f"no graph {graph_id!r}")
        return run

    async def _cancel(self, run: GraphRun, node_id: str) -> GraphRun:
        running = self._runtime.graphs.find(run.graph.graph_id)
        if running is None or not running.run.is_live:
            return run
        await self._runtime.cancel(run.graph.graph_id, node_id)
        return running.run

    async def _catch_up(self) -> None:
        """Let reads see what was written. Once the journal broke they show what is durable, as a restart will."""
        with suppress(StoreError):
            await self._journal.settled()

    def _spell(self, symbol: str | None) -> str | None:
        if symbol is None:
            return None
        try:
            return self._market.resolve(symbol)
        except NotFound:
            return symbol  # it may have been listed once


def _same(caller: Caller, graph: Graph | GraphRow, before: str, digest: str) -> None:
    if graph.client_id != caller.client_id or before != digest:
        raise Conflict(f"graph_id {graph.graph_id!r} was used with other parameters")


def _submission(graph: Graph) -> Submission:
    # What a submission is answered with, the first time and when it is repeated.
    return Submission(graph.graph_id, GraphState.ACTIVE.value, node_count=len(graph.nodes), edge_count=0)


def _split(node_order_id: str) -> tuple[str, str]:
    """Take `graph:<graph_id>:<node_id>:<seq>` apart; the leading word may be left out."""
    parts = node_order_id.removeprefix("graph:").split(":")
    return parts[0], parts[1] if len(parts) > 1 else ""


def _hint(graph_id: str) -> str:
    # The official client cuts "graph:<graph_id>:…" at its first colon.
    return "; cancel takes the graph id alone, such as graph_1f…" if graph_id == "graph" else ""
