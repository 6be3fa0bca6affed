"""Laws of one venue's book: it equals a plain dictionary, and it gives nothing once something is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.book.book import Book, BookBroken, BookState
from venuekit.book.ladder import Ladder
from venuekit.market import BookDelta, BookSnapshot, Levels
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty, notional

PXS = st.integers(1, 8).map(Px)
QTYS = st.integers(0, 5).map(Qty)
LEVELS = st.lists(st.tuples(PXS, QTYS), max_size=12)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.tuples(PXS, QTYS)),
        st.tuples(st.just("set_all"), LEVELS),
        st.tuples(st.just("replace"), LEVELS),
        st.tuples(st.just("cut"), st.integers(1, 6)),
    ),
    max_size=30,
)
NOW = Nanos(1)


class Plain:
    """The same side, kept in the plainest way."""

    def __init__(self, side: Side) -> None:
        self.side, self.qtys = side, dict[Px, Qty]()

    def set(self, level: tuple[Px, Qty]) -> None:
        self.qtys.pop(level[0], None)
        if level[1]:
            self.qtys[level[0]] = level[1]

    def set_all(self, levels: Levels) -> None:
        for level in levels:
            self.set(level)

    def replace(self, levels: Levels) -> None:
        # The last word on a price counts, as in a dictionary of the snapshot.
        self.qtys = {px: qty for px, qty in dict(levels).items() if qty}

    def cut(self, depth: int) -> None:
        self.qtys = dict(self.levels()[:depth])

    def levels(self) -> Levels:
        return sorted(self.qtys.items(), reverse=self.side is Side.BUY)


@given(st.sampled_from(Side), ACTIONS)
def test_a_ladder_equals_a_plain_dictionary_after_anything(side: Side, actions: list[tuple[str, object]]) -> None:
    ladder, plain = Ladder(side), Plain(side)
    for name, argument in actions:
        arguments = argument if name == "set" and isinstance(argument, tuple) else (argument,)
        getattr(ladder, name)(*arguments)
        getattr(plain, name)(argument)
        want = plain.levels()
        assert ladder.levels(100) == want
        assert (ladder.px, ladder.qty) == (want[0] if want else (0, 0))
        assert len(ladder) == len(want) == len(ladder.qtys)


@given(st.sampled_from(Side), LEVELS, st.integers(1, 40), st.none() | PXS)
def test_a_walk_takes_the_best_levels_and_stops_at_the_limit(
    side: Side, levels: Levels, qty: int, limit: Px | None
) -> None:
    ladder, want, value = Ladder(side), 0, 0
    ladder.set_all(levels)
    for px, size in ladder.levels(100):
        if limit is None or (px - limit) * side.sign >= 0:
            part = min(size, qty - want)
            want, value = want + part, value + notional(px, Qty(part))
    assert ladder.walk(Qty(qty), limit) == (want, value)


def snapshot(seq: int | None, checksum: int | None = None) -> BookSnapshot:
    return BookSnapshot("X", [(Px(10), Qty(1))], [(Px(12), Qty(1))], seq=seq, checksum=checksum)


def delta(first: int | None, last: int | None, qty: int = 7, checksum: int | None = None) -> BookDelta:
    return BookDelta("X", [(Px(10), Qty(qty))], [], first=first, last=last, checksum=checksum)


def live(seq: int | None = 5) -> Book:
    book = Book()
    book.restore(snapshot(seq), NOW)
    return book


@pytest.mark.parametrize(("first", "last"), [(6, 6), (4, 9), (6, 8)])
def test_a_change_that_reaches_the_next_number_applies(first: int, last: int) -> None:
    book = live()
    assert book.apply(delta(first, last), NOW)
    assert (book.seq, book.bids.qty) == (last, 7)


@pytest.mark.parametrize(("first", "last"), [(5, 5), (1, 4), (5, 4)])
def test_a_change_that_is_known_already_is_old(first: int, last: int) -> None:
    book = live()
    assert not book.apply(delta(first, last), NOW)
    assert (book.seq, book.bids.qty) == (5, 1)


def test_a_gap_empties_the_book_until_the_next_snapshot() -> None:
    book = live()
    with pytest.raises(BookBroken, match="expected 6, found 7"):
        book.apply(delta(7, 7), NOW)
    assert (book.state, book.top()) == (BookState.WAITING, (0, 0, 0, 0))


def test_what_came_before_the_snapshot_is_judged_by_its_number() -> None:
    book = Book()
    for number in (4, 5, 6, 7):
        assert not book.apply(delta(number, number, qty=number), NOW)
    book.restore(snapshot(5), NOW)
    assert (book.seq, book.bids.qty) == (7, 7)


def test_what_follows_a_gap_is_kept_for_the_next_snapshot() -> None:
    book = Book()
    for number in (7, 8, 9):
        book.apply(delta(number, number, qty=number), NOW)
    with pytest.raises(BookBroken):
        book.restore(snapshot(5), NOW)
    book.restore(snapshot(6), NOW)
    assert (book.state, book.seq, book.bids.qty) == (BookState.LIVE, 9, 9)


def test_without_numbers_what_came_before_the_snapshot_is_dropped() -> None:
    book = Book()
    book.apply(delta(None, None), NOW)
    book.restore(snapshot(None), NOW)
    assert book.bids.qty == 1


def test_a_new_connection_forgets_what_the_old_one_said() -> None:
    book = Book()
    book.apply(delta(6, 6), NOW)
    book.distrust("connection lost", forget=True)
    book.restore(snapshot(5), NOW)
    assert (book.seq, book.bids.qty) == (5, 1)


@pytest.mark.parametrize(
    "break_it",
    [lambda book: book.restore(snapshot(5, checksum=3), NOW), lambda book: book.apply(delta(6, 6, checksum=3), NOW)],
    ids=["snapshot", "change"],
)
def test_a_wrong_checksum_empties_the_book(break_it: Callable[[Book], object]) -> None:
    book = Book(checksum=lambda _: 4)
    book.restore(snapshot(5, checksum=4), NOW)
    with pytest.raises(BookBroken, match="the venue says 3, the book gives 4"):
        break_it(book)
    assert (book.state, book.top()) == (BookState.WAITING, (0, 0, 0, 0))


def test_a_book_keeps_only_the_depth_that_the_venue_keeps_up_to_date() -> None:
    book = Book(depth=2)
    book.restore(BookSnapshot("X", [(Px(n), Qty(1)) for n in (1, 2, 3)], []), NOW)
    assert book.bids.levels(9) == [(3, 1), (2, 1)]
    book.apply(BookDelta("X", [(Px(4), Qty(1))], []), NOW)
    assert book.bids.levels(9) == [(4, 1), (3, 1)]


@given(st.lists(st.tuples(st.integers(0, 3), LEVELS, LEVELS), max_size=20))
def test_a_book_equals_the_plain_model_of_all_that_counted(changes: list[tuple[int, Levels, Levels]]) -> None:
    book, bids, asks, seq = live(), Plain(Side.BUY), Plain(Side.SELL), 5
    bids.set_all([(Px(10), Qty(1))])
    asks.set_all([(Px(12), Qty(1))])
    for ahead, bid, ask in changes:
        counts = ahead > 0
        change = BookDelta("X", bid, ask, first=seq - 2, last=seq + ahead)
        assert book.apply(change, NOW) is counts
        if counts:
            seq += ahead
            bids.set_all(bid)
            asks.set_all(ask)
    assert (book.bids.levels(99), book.asks.levels(99)) == (bids.levels(), asks.levels())
