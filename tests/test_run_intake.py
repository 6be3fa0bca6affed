"""The intake by itself: when a lost book is asked for again, and when it is not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.run_loopback import START, Seen, delta, snapshot, text, trade
from venuekit.book.book import BookState
from venuekit.run.intake import Intake
from venuekit.run.pace import Backoff
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.venue import Outbound, Send
from venuekit_testkit.seqfeed import SeqFeed

PACE = Backoff(first_s=1, longest_s=30, calm_s=120)


def _at(second: float) -> Nanos:
    return Nanos(START + round(second * NANOS_PER_S))


class Desk:
    """An intake with a feed that is open, and what it told."""

    def __init__(self) -> None:
        self.feed, self.seen = SeqFeed("wss://seq.example/ws"), Seen()
        self.intake = Intake(self.feed, "seq", self.seen.on_books, self.seen.on_trades, PACE)
        self.intake.opened(_at(0))
        self.intake.outbound(_at(0))

    def hear(self, now: Nanos, *messages: dict[str, Any]) -> None:
        for frame in text(*messages):
            self.intake.frame(frame, now)

    def break_twice(self) -> None:
        """Lose the book, ask for it, get it, lose it again: the next question has to wait."""
        self.hear(_at(0), snapshot(), delta(9))
        assert self.intake.outbound(_at(0)) == [Send("sub BTC-USD")]
        self.hear(_at(0), snapshot(seq=20), delta(30))
        assert self.intake.outbound(_at(0.9)) == []


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_book_that_broke_again_is_asked_for_when_its_turn_comes(desk: Desk) -> None:
    desk.break_twice()
    assert desk.intake.outbound(_at(1)) == [Send("sub BTC-USD")]


def test_a_book_that_is_mended_before_its_turn_is_not_asked_for(desk: Desk) -> None:
    desk.break_twice()
    desk.hear(_at(0.95), snapshot(seq=40))
    assert desk.intake.outbound(_at(5)) == []
    assert desk.intake.keeper.books["BTC-USD"].state is BookState.LIVE


def test_a_new_connection_asks_for_each_book_once(desk: Desk) -> None:
    desk.break_twice()
    desk.intake.closed("gone")
    desk.intake.opened(_at(5))
    assert desk.intake.outbound(_at(5)) == [Send("sub BTC-USD")]


def test_a_fault_in_what_a_feed_wants_to_send_is_survived(desk: Desk) -> None:
    class Clumsy(SeqFeed):
        def pending(self) -> list[Outbound]:
            raise IndexError("a fault of the plugin")

    intake = Intake(Clumsy("wss://seq.example/ws"), "seq", desk.seen.on_books, desk.seen.on_trades, PACE)
    assert intake.outbound(_at(0)) == []
    assert intake.counts["unreadable"] == 1
    intake.frame(text(trade("1"))[0], _at(0))
    assert [print_.trade_id for print_ in desk.seen.trades] == ["1"]


def test_a_beat_is_no_sign_of_life_and_a_ping_of_the_venue_is(desk: Desk) -> None:
    desk.hear(_at(0), snapshot())
    desk.intake.beat(_at(1))
    assert desk.intake.keeper.heard == _at(0)
    desk.intake.alive(_at(2))
    assert desk.intake.keeper.heard == _at(2)
