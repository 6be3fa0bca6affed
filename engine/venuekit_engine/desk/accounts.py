"""What live accounts hold, read from their venues into the ledger.

Used by the composition root. An account is read when its keys are connected and at the start, soon after an order
changed it, and every half minute. What must stay true: the venue's word replaces our sums and never adds to them; a
venue that does not answer is reported and stops nothing; a reading during which fills were booked is taken again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
import structlog

from venuekit.errors import TradeError
from venuekit.units import NANOS_PER_S, Nanos, Qty
from venuekit_engine.desk.live import LiveDesk
from venuekit_engine.desk.live_desks import LiveDesks
from venuekit_engine.ledger.ledger import Ledger
from venuekit_engine.store.fault import StoreError
from venuekit_engine.store.rows import Batch
from venuekit_engine.store.store import Journal

PERIOD_NS: Final = 30 * NANOS_PER_S
SOON_NS: Final = 2 * NANOS_PER_S  # between two readings of one account, however much it changes
ROUND_NS: Final = NANOS_PER_S
READINGS: Final = 3  # in a row, until nothing moves meanwhile

Poll = Callable[[str, str], Awaitable[None]]  # (client, venue): ask about every order that is open there

log = structlog.get_logger(__name__)


class Account(msgspec.Struct):
    """One client's account at one venue: when it was asked and heard, and why it does not answer."""

    client_id: str
    venue: str
    asked: Nanos | None = None
    heard: Nanos | None = None
    error: str | None = None
    stirred: bool = False
    busy: bool = False

    def is_due(self, now: Nanos) -> bool:
        """Tell whether it is time to read it."""
        if self.busy or self.asked is None:
            return not self.busy
        # Either way: a clock that was set back must not silence us.
        return abs(now - self.asked) >= (SOON_NS if self.stirred else PERIOD_NS)


class Accounts:
    """Every live account with keys."""

    def __init__(
        self,
        desks: LiveDesks,
        ledger: Ledger,
        journal: Journal,
        poll: Poll,
        now: Callable[[], Nanos],
        sleep_until: Callable[[Nanos], Awaitable[None]],
    ) -> None:
        self._desks, self._ledger, self._journal, self._poll = desks, ledger, journal, poll
        self._now, self._sleep_until = now, sleep_until
        self._accounts: dict[tuple[str, str], Account] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, client_id: str, venue: str) -> None:
        """Take an account in, and read it at once; with new keys it starts anew."""
        account = self._accounts[client_id, venue] = Account(client_id, venue)
        self._start(account)

    def close(self, client_id: str, venue: str) -> None:
        """Leave an account whose keys are gone; what it held stays as it was last told."""
        self._accounts.pop((client_id, venue), None)

    def stir(self, client_id: str, venue: str) -> None:
        """Say that an account may have changed."""
        account = self._accounts.get((client_id, venue))
        if account is not None:
            account.stirred = True

    def health(self, client_id: str, venue: str) -> tuple[Nanos | None, str | None]:
        """Tell when an account last answered, and why it does not."""
        account = self._accounts.get((client_id, venue))
        return (account.heard, account.error) if account is not None else (None, None)

    async def run(self) -> None:
        """Read for ever; cancel to stop. No account waits for another."""
        try:
            while True:
                now = self._now()
                for account in [each for each in self._accounts.values() if each.is_due(now)]:
                    self._start(account)
                await self._sleep_until(Nanos(self._now() + ROUND_NS))
        finally:
            for task in self._tasks:
                task.cancel()

    def _start(self, account: Account) -> None:
        account.asked, account.stirred, account.busy = self._now(), False, True
        task = asyncio.get_running_loop().create_task(self._refresh(account))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _refresh(self, account: Account) -> None:
        try:
            account.error = await self._read(account)
        except (TradeError, StoreError) as error:
            account.error = str(error)
        except Exception as error:  # a fault of the plugin; its words may hold anything
            log.exception("balances_failed", client_id=account.client_id, venue=account.venue)
            account.error = f"{type(error).__name__} in the plugin"
        finally:
            account.busy = False
        if account.error:
            log.warning("account_not_read", client_id=account.client_id, venue=account.venue, error=account.error)

    async def _read(self, account: Account) -> str | None:
        """Read one account into the ledger; tell why it cannot be read."""
        key = account.client_id, account.venue
        desk = self._desks(*key)
        if desk is None:
            return self._desks.faults.get(key, "no desk")
        if desk.tells_balances:
            await self._take(account, desk)
        return None

    async def _take(self, account: Account, desk: LiveDesk) -> None:
        """Read until nothing moved meanwhile: a fill that is told twice, by the sum and by itself, must count once."""
        for _ in range(READINGS):
            before, asked = self._amounts(account), self._now()
            balances = await desk.balances()
            await self._poll(account.client_id, account.venue)
            if self._amounts(account) == before:
                break
        if self._accounts.get((account.client_id, account.venue)) is not account:
            return  # its keys changed meanwhile: this was another account
        account.heard = self._now()
        changed = self._ledger.restate(account.client_id, account.venue, balances, asked)
        if changed:
            await self._journal.write(Batch(positions=tuple(holding.row() for holding in changed)))

    def _amounts(self, account: Account) -> dict[str, tuple[Qty, Qty]]:
        held = self._ledger.holdings(account.client_id, sandbox=False)
        return {each.asset: (each.qty, each.locked) for each in held if each.venue == account.venue}
