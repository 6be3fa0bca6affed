"""How often we come back to a venue that fails us."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from venuekit.run.pace import AT_ONCE, Backoff, Resyncs
from venuekit.units import NANOS_PER_S, Nanos

PACE = Backoff(first_s=1, longest_s=8, calm_s=60)


def _at(second: float) -> Nanos:
    return Nanos(round((1_000_000 + second) * NANOS_PER_S))


def _play(resyncs: Resyncs, seconds: range) -> list[int]:
    """Want a book each second; give the seconds in which it was asked for."""
    asked = []
    for second in seconds:
        resyncs.want("BTC-USD", "broken")
        if resyncs.release(_at(second)):
            asked.append(second)
    return asked


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_waits_never_shrink_and_never_pass_the_longest(one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert 0 <= PACE.wait(less) <= PACE.wait(more) <= 8 * NANOS_PER_S


def test_a_book_that_keeps_breaking_is_asked_for_ever_more_seldom() -> None:
    assert _play(Resyncs(PACE), range(40)) == [0, 1, 3, 7, 15, 23, 31, 39]


def test_a_minute_of_calm_is_forgiven() -> None:
    resyncs = Resyncs(PACE)
    _play(resyncs, range(40))
    assert _play(resyncs, range(100, 108)) == [100, 101, 103, 107]


def test_one_bad_book_does_not_hold_another_back() -> None:
    resyncs = Resyncs(PACE)
    _play(resyncs, range(8))
    resyncs.want("ETH-USD", "broken")
    resyncs.want("BTC-USD", "broken")
    assert resyncs.release(_at(8)) == [("ETH-USD", "broken")]


def test_a_new_connection_drops_what_was_wanted_and_remembers_who_failed() -> None:
    resyncs = Resyncs(PACE)
    _play(resyncs, range(5))  # asked at 0, 1 and 3; wanted again since
    resyncs.forget()
    assert resyncs.release(_at(20)) == []
    resyncs.want("BTC-USD", "broken")
    resyncs.release(_at(20))
    resyncs.want("BTC-USD", "broken")
    assert resyncs.release(_at(27)) == []


def test_a_replay_waits_for_nothing() -> None:
    assert _play(Resyncs(AT_ONCE), range(5)) == [0, 1, 2, 3, 4]
