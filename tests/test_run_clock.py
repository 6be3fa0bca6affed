"""The virtual clock: nothing sleeps, and waiters wake in the order of their times."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from venuekit.run.clock import RealClock, VirtualClock, settle
from venuekit.units import NANOS_PER_S, Nanos


async def _wake(clock: VirtualClock, at: int, name: int, woken: list[tuple[int, int]]) -> None:
    await clock.sleep_until(Nanos(at))
    woken.append((clock.now(), name))


@given(st.lists(st.integers(1, 50), max_size=12))
def test_waiters_wake_in_order_each_at_its_own_time(times: list[int]) -> None:
    async def scene() -> list[tuple[int, int]]:
        clock, woken = VirtualClock(), list[tuple[int, int]]()
        tasks = [asyncio.create_task(_wake(clock, at, name, woken)) for name, at in enumerate(times)]
        await settle()
        await clock.advance_to(Nanos(100))
        await asyncio.gather(*tasks)
        return woken

    assert asyncio.run(scene()) == sorted((at, name) for name, at in enumerate(times))


async def test_a_waiter_that_waits_again_wakes_within_the_same_advance() -> None:
    clock, ticks = VirtualClock(), list[int]()

    async def tick() -> None:
        for _ in range(3):
            await clock.sleep_until(Nanos(clock.now() + NANOS_PER_S))
            ticks.append(clock.now() // NANOS_PER_S)

    task = asyncio.create_task(tick())
    await settle()
    await clock.advance(10)
    await task
    assert ticks == [1, 2, 3]
    assert clock.now() == 10 * NANOS_PER_S


async def test_a_cancelled_waiter_is_forgotten() -> None:
    clock = VirtualClock()
    task = asyncio.create_task(clock.sleep_until(Nanos(5)))
    await settle()
    assert clock.next_due() == 5
    task.cancel()
    await settle()
    assert clock.next_due() is None


async def test_the_real_clock_does_not_wait_for_the_past() -> None:
    clock = RealClock()
    before = clock.now()
    await clock.sleep_until(Nanos(before - NANOS_PER_S))
    assert clock.now() - before < NANOS_PER_S
