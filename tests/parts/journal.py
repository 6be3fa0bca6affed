"""A journal in memory that says what was durable when, and fails on order."""

from __future__ import annotations

import asyncio

from venuekit_engine.store.rows import Batch


class MemoryJournal:
    """Keeps batches. While `held`, nothing becomes durable until `release`; while `broken`, everything fails."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.held = False
        self.broken = False
        self._waiting: list[asyncio.Future[None]] = []

    def write(self, batch: Batch) -> asyncio.Future[None]:
        """Queue a batch."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.broken:
            future.set_exception(OSError("no space left on device"))
            return future
        self.batches.append(batch)
        if self.held:
            self._waiting.append(future)
        else:
            future.set_result(None)
        return future

    def release(self) -> None:
        """Make everything durable."""
        self.held = False
        for future in self._waiting:
            future.set_result(None)
        self._waiting.clear()

    async def settled(self) -> None:
        """Wait for nothing: what is written is here."""

    @property
    def fills(self) -> list[str]:
        """The ids of all fills written."""
        return [fill.fill_id for batch in self.batches for fill in batch.fills]
