"""Token buckets: never more than they hold, all or nothing, and an honest time to wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.errors import Invalid, RateLimited
from venuekit.run.limit import Budget
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.wire import Limit

CAPACITY, PERIOD_S = 10, 3
START = 1_793_865_600 * NANOS_PER_S
asks = st.lists(st.tuples(st.integers(0, 2 * NANOS_PER_S), st.integers(1, CAPACITY)), max_size=60)


def _try(budget: Budget, cost: int, now: int) -> Nanos:
    try:
        budget.take((("orders", cost),), Nanos(now))
    except RateLimited as limit:
        return limit.retry_after
    return Nanos(0)


@given(asks)
def test_no_window_sees_more_than_what_it_holds_and_refills(moves: list[tuple[int, int]]) -> None:
    budget, now, taken = Budget("acme", [Limit("orders", CAPACITY, PERIOD_S)]), START, list[tuple[int, int]]()
    for step, cost in moves:
        now += step
        if not _try(budget, cost, now):
            taken.append((now, cost))
    for index, (start, _) in enumerate(taken):
        used = 0
        for at, cost in taken[index:]:
            used += cost
            assert used * PERIOD_S * NANOS_PER_S <= CAPACITY * (PERIOD_S * NANOS_PER_S + at - start)


@given(asks)
def test_the_wait_that_is_told_is_enough_and_not_too_long(moves: list[tuple[int, int]]) -> None:
    budget, now = Budget("acme", [Limit("orders", CAPACITY, PERIOD_S)]), START
    for step, cost in moves:
        now += step
        wait = _try(budget, cost, now)
        if wait:
            assert _try(budget, cost, now + wait - 1)
            now += wait
            assert not _try(budget, cost, now)


def test_a_request_takes_from_all_its_buckets_or_from_none() -> None:
    budget = Budget("acme", [Limit("wide", 10, 1), Limit("narrow", 1, 1)])
    budget.take((("wide", 1), ("narrow", 1)), Nanos(START))
    with pytest.raises(RateLimited):
        budget.take((("wide", 1), ("narrow", 1)), Nanos(START))
    budget.take((("wide", 9),), Nanos(START))


def test_a_pause_holds_its_bucket_only() -> None:
    budget = Budget("acme", [Limit("a", 10, 1), Limit("b", 10, 1)])
    budget.pause((("a", 1),), Nanos(START + 5))
    with pytest.raises(RateLimited) as caught:
        budget.take((("a", 1),), Nanos(START))
    assert caught.value.retry_after == 5
    budget.take((("b", 1),), Nanos(START))
    budget.take((("a", 1),), Nanos(START + 5))


def test_a_pause_without_a_bucket_holds_the_venue() -> None:
    budget = Budget("acme", [Limit("a", 10, 1)])
    budget.pause((), Nanos(START + 5))
    with pytest.raises(RateLimited):
        budget.take((), Nanos(START + 4))
    budget.take((), Nanos(START + 5))


@pytest.mark.parametrize(("cost", "words"), [((("orders", 11),), "holds 10"), ((("ghosts", 1),), "'ghosts'")])
def test_a_cost_that_can_never_be_had_is_invalid_and_not_a_wait(cost: tuple[tuple[str, int], ...], words: str) -> None:
    budget = Budget("acme", [Limit("orders", CAPACITY, PERIOD_S)])
    with pytest.raises(Invalid, match=words):
        budget.take(cost, Nanos(START))


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    budget = Budget("acme", [Limit("orders", CAPACITY, PERIOD_S)])
    assert not _try(budget, CAPACITY, START)
    assert _try(budget, 1, START - NANOS_PER_S)
    assert _try(budget, CAPACITY, START + NANOS_PER_S)


def test_a_clock_that_was_set_back_far_does_not_leave_us_without() -> None:
    budget, back = Budget("acme", [Limit("orders", CAPACITY, PERIOD_S)]), START - 3600 * NANOS_PER_S
    budget.pause((("orders", 1),), Nanos(START + NANOS_PER_S))
    assert _try(budget, 1, START) == NANOS_PER_S
    assert not _try(budget, CAPACITY, START + NANOS_PER_S)
    assert _try(budget, CAPACITY, back) == PERIOD_S * NANOS_PER_S
    assert not _try(budget, CAPACITY, back + PERIOD_S * NANOS_PER_S)


def test_what_never_left_is_given_back_and_no_more() -> None:
    budget = Budget("acme", [Limit("weight", 2, 60.0)])
    for _ in range(5):
        budget.take((("weight", 2),), Nanos(0))
        budget.give_back((("weight", 2),))
    budget.give_back((("weight", 2),))
    budget.take((("weight", 2),), Nanos(0))
    with pytest.raises(RateLimited):
        budget.take((("weight", 1),), Nanos(0))
