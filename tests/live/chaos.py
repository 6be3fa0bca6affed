"""A night at the venue, thrown by seeded dice: orders, cancels, trades, and everything that goes wrong.

Used by `test_chaos.py`. What must stay true: one seed throws one schedule; what the venue does wrong are the testkit's
faults; when `calm` returns nothing is planned to go wrong any more.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from random import Random
from typing import Any, Final

from tests.live.fault import Hold, fail
from tests.live.rig import ALICE, BTC, Rig
from venuekit_testkit.simulate.exchange.exchange import CROWD, ME
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.exchange.rules import Rejected
from venuekit_testkit.simulate.fault import Fault

HUNDREDTH: Final = Decimal("0.01")  # a lot so coarse that every fee is exact in eight decimals
LEAST: Final = Decimal("0.06")  # which is worth the least that the venue takes
READS: Final = ("query", "fills", "balances")
FRAMES: Final = ("fill", "order", "balance", "other", "book")
FAULTS: Final[Mapping[Fault, tuple[str, ...]]] = {
    Fault.LOSE_REQUEST: ("submit", "submit", "cancel", *READS),
    Fault.DROP_ACK: ("submit", "submit", "cancel", *READS),
    Fault.ACK_AFTER_FILL: ("submit",),
    Fault.ERROR_BEFORE: ("submit", "submit", "cancel", *READS),
    Fault.ERROR_AFTER: ("submit",),
    Fault.GARBLE: ("submit", "submit", "cancel", *READS),
    Fault.TRUNCATE: ("submit", "submit", "cancel", *READS),
    Fault.RATE_LIMIT: ("submit", "cancel", "query"),
    Fault.STALE_READ: ("query", "fills"),
    Fault.PARTIAL_THEN_CANCEL: ("cancel",),
    Fault.FILL_THEN_CANCEL: ("cancel",),
    Fault.DUPLICATE: FRAMES,
    Fault.REORDER: FRAMES,
    Fault.GAP: FRAMES,
}
PRICES: Final = ("99.40", "99.75", "99.90", "100.10", "100.25", "100.60")  # of which some take, on either side
KINDS: Final[tuple[dict[str, Any], ...]] = ({}, {}, {"post_only": True}, {"tif": "IOC"}, {"tif": "FOK"})
MUTE: Final = ("GET order", "GET myTrades", "GET account")


class Chaos:
    """One schedule. `acts` tell what was done, `graphs` what was submitted, `posts` counts arrivals by name.

    `over` is how each graph ended, noted when it did.
    """

    def __init__(self, rig: Rig, seed: int) -> None:
        self.rig, self.dice = rig, Random(seed)
        self.acts: list[str] = []
        self.graphs: list[str] = []
        self.posts: Counter[str] = Counter()
        self.over: dict[str, tuple[str, int]] = {}
        self._holds: list[Hold] = []
        rig.exchange.on_order = lambda client_id: self.posts.update([client_id])

    async def play(self, throws: int) -> None:
        """Throw the dice so many times."""
        acts, weights = [*ACTS], [*ACTS.values()]
        for _ in range(throws):
            (act,) = self.dice.choices(acts, weights)
            self.acts.append(act.__name__)
            await act(self)
            await self.rig.pass_time(self.dice.choice((0, 0, 0, 1, 2)))
            await self.rig.take_turn()
            await self._note_ends()

    async def calm(self) -> None:
        """Let everything work again."""
        venue = self.rig.exchange.venue
        venue.faults.clear()
        venue.private_on = True
        self.rig.exchange.always.clear()
        for hold in self._holds:
            hold.release()

    async def _note_ends(self) -> None:
        for graph_id in self.graphs:
            if graph_id not in self.over and self.rig.engine.graphs.find(graph_id) is None:
                order = await self.rig.order(graph_id)
                self.over[graph_id] = order.status, order.filled_qty_1e8

    # ── what the client does ──

    async def submit(self) -> None:
        """Send an order that rests, that takes, or both."""
        payload: dict[str, Any] = {"symbol": BTC, "side": self._side(), "qty": str(self._qty(8, 150))}
        if self.dice.random() < 0.8:
            payload |= {"price": self.dice.choice(PRICES), **self.dice.choice(KINDS)}
        self.rig.exchange.stir()
        await self.rig.take_turn()  # for the book, which must be fresh
        self.graphs.append(await self.rig.submit(payload))

    async def cancel(self) -> None:
        """Ask for the end of one of the last orders."""
        if self.graphs:
            await self.rig.engine.trade.cancel_graph(ALICE, self.dice.choice(self.graphs[-6:]))

    async def crash(self) -> None:
        """Kill the engine, and start another on its journal."""
        ending = asyncio.create_task(self.rig.crash())
        await self.rig.until(ending.done, passing_s=1)
        await ending
        await self.rig.engine.start()

    # ── what others do ──

    async def fill(self) -> None:
        """Let somebody take a part of a resting order, or all of it."""
        order = self._resting()
        if order is not None:
            self.rig.exchange.fill(order, str(order.left if self.dice.random() < 0.4 else self._part(order)))

    async def sweep(self) -> None:
        """Let somebody trade through the book, and others quote again."""
        self._place(self._side(), self.dice.choice(("99.50", "100.50")), CROWD, "IOC")
        self._place("buy", "99.50", CROWD, "GTC")
        self._place("sell", "100.50", CROWD, "GTC")

    async def trade_by_hand(self) -> None:
        """Let somebody with our keys trade past the engine."""
        self._place(self._side(), self.dice.choice(PRICES), ME, self.dice.choice(("IOC", "GTC")))

    async def cancel_by_hand(self) -> None:
        """Let somebody with our keys cancel an order."""
        order = self._resting()
        if order is not None:
            with suppress(Rejected):  # a trade may get there first
                self.rig.exchange.cancel(order)

    async def shrink_by_hand(self) -> None:
        """Let somebody with our keys make an order smaller, which gives it another name.

        Only one whose number we know: by its old name alone the venue does not find it.
        """
        order = self._resting()
        if order is not None and self._is_numbered(order) and LEAST < (less := self._part(order)) < order.left:
            self.rig.exchange.shrink(order, order.filled + less, f"web-{len(self.acts)}")

    # ── what goes wrong ──

    async def spoil(self) -> None:
        """Plan a fault."""
        fault = self.dice.choice([*FAULTS])
        self.rig.exchange.venue.faults.plan(fault, self.dice.choice(FAULTS[fault]), self.dice.randint(1, 3))

    async def hold(self) -> None:
        """Let the next submission or cancel wait, before or after its work."""
        self._holds.append(Hold(worked=self.dice.random() < 0.6))
        self.rig.exchange.spoil(self.dice.choice(("POST order", "POST order", "DELETE order")), self._holds[-1])

    async def let_go(self) -> None:
        """Let what waits longest go on."""
        if self._holds:
            self._holds.pop(0).release()

    async def hang_up(self) -> None:
        """Close the account's sockets, and perhaps take none until the next time."""
        self.rig.exchange.venue.private_on = self.dice.random() < 0.6
        self.rig.exchange.hang_up_account()

    async def fall_mute(self) -> None:
        """Leave one kind of question without an answer, until the next time."""
        if self.rig.exchange.always:
            self.rig.exchange.always.clear()
        else:
            self.rig.exchange.always[self.dice.choice(MUTE)] = fail

    async def restart(self) -> None:
        """Let the venue come back from a restart."""
        self.rig.exchange.venue.restart()

    # ── dice ──

    def _side(self) -> str:
        return self.dice.choice(("buy", "sell"))

    def _qty(self, least: int, most: int) -> Decimal:
        return self.dice.randint(least, most) * HUNDREDTH

    def _part(self, order: Order) -> Decimal:
        return min(order.left, max(HUNDREDTH, order.left / 2 // HUNDREDTH * HUNDREDTH))

    def _resting(self) -> Order | None:
        resting = [order for order in self.rig.exchange.orders if order.is_live]
        return self.dice.choice(resting) if resting else None

    def _is_numbered(self, order: Order) -> bool:
        return any(leg.venue_id == str(order.id) for _, leg in self.rig.engine.graphs.legs())

    def _place(self, side: str, px: str, account: str, tif: str) -> None:
        exchange, name = self.rig.exchange.venue.exchange, f"web-{len(self.acts)}"
        with exchange.at(self.rig.exchange.now()):
            exchange.place("BTCUSDT", side, self._qty(8, 60), Decimal(px), account=account, tif=tif, client_id=name)


ACTS: Final[Mapping[Callable[[Chaos], Awaitable[None]], int]] = {
    Chaos.submit: 30,
    Chaos.cancel: 12,
    Chaos.fill: 14,
    Chaos.spoil: 26,
    Chaos.hold: 5,
    Chaos.let_go: 6,
    Chaos.hang_up: 4,
    Chaos.sweep: 4,
    Chaos.trade_by_hand: 4,
    Chaos.cancel_by_hand: 3,
    Chaos.shrink_by_hand: 3,
    Chaos.crash: 4,
    Chaos.fall_mute: 2,
    Chaos.restart: 1,
}
