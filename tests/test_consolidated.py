"""Laws of the books of all venues together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.book.book import Book
from venuekit.book.consolidated import Consolidated, Freshness
from venuekit.book.nbbo import QuoteState, Source
from venuekit.market import BookSnapshot, Levels
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Nanos, Px, Qty

NOW = Nanos(1_000 * NANOS_PER_S)
PXS = st.integers(1, 30).map(Px)
SIDES = st.lists(st.tuples(PXS, st.integers(1, 9).map(Qty)), max_size=6)
BOOKS = st.dictionaries(st.sampled_from("abcdef"), st.tuples(SIDES, SIDES), max_size=6)


def book(bids: Levels, asks: Levels, at: Nanos = NOW) -> Book:
    made = Book()
    made.restore(BookSnapshot("X", bids, asks), at)
    return made


def one(bid: int, ask: int, qty: int = 1, at: Nanos = NOW) -> Book:
    return book([(Px(bid), Qty(qty))] if bid else [], [(Px(ask), Qty(qty))] if ask else [], at)


def consolidated(books: dict[str, Book]) -> Consolidated:
    every = Consolidated("X")
    for venue, each in books.items():
        every.attach(venue, each)
    return every


class Heard:
    """A feed that heard something at a time of our choice."""

    def __init__(self, heard: Nanos) -> None:
        self.heard = heard


@pytest.mark.parametrize(
    ("bid", "ask", "state", "buy", "sell"),
    [
        (10, 12, QuoteState.LIVE, True, True),
        (12, 12, QuoteState.CROSSED, False, False),
        (13, 12, QuoteState.CROSSED, False, False),
        (10, 0, QuoteState.ONE_SIDED, False, True),
        (0, 12, QuoteState.ONE_SIDED, True, False),
        (0, 0, QuoteState.EMPTY, False, False),
    ],
)
def test_a_book_serves_only_what_it_can_prove(bid: int, ask: int, state: QuoteState, buy: bool, sell: bool) -> None:
    quote = consolidated({"a": one(bid, ask)}).quote("a", NOW)
    assert (quote.state, quote.serves(Side.BUY), quote.serves(Side.SELL)) == (state, buy, sell)
    assert bool(quote.reason) is (state is not QuoteState.LIVE)


def test_a_book_out_of_sequence_serves_nothing_and_says_why() -> None:
    lost = one(10, 12)
    lost.distrust("sequence gap: expected 6, found 7")
    quote = consolidated({"a": lost}).quote("a", NOW)
    assert (quote.state, quote.reason) == (QuoteState.WAITING, "sequence gap: expected 6, found 7")
    assert not quote.serves(Side.BUY)


@pytest.mark.parametrize(("age_s", "state"), [(10, QuoteState.LIVE), (10.001, QuoteState.STALE)])
def test_a_book_is_stale_past_ten_seconds(age_s: float, state: QuoteState) -> None:
    quote = consolidated({"a": one(10, 12)}).quote("a", Nanos(NOW + int(age_s * NANOS_PER_S)))
    assert (quote.state, quote.age_ns) == (state, int(age_s * NANOS_PER_S))


def test_a_quiet_book_on_a_live_socket_is_fresh_until_the_quiet_limit() -> None:
    every = Consolidated("X", Freshness(quiet_ns=Nanos(60 * NANOS_PER_S)))
    feed = Heard(NOW)
    every.attach("a", one(10, 12), feed)
    for later_s, state in ((30, QuoteState.LIVE), (60, QuoteState.LIVE), (61, QuoteState.STALE)):
        feed.heard = now = Nanos(NOW + later_s * NANOS_PER_S)
        assert every.quote("a", now).state is state
    assert every.quote("a", now).changed == NOW


def test_an_age_is_never_negative() -> None:
    assert consolidated({"a": one(10, 12)}).quote("a", Nanos(NOW - 5)).age_ns == 0


def test_a_quote_carries_where_it_came_from() -> None:
    every = Consolidated("X")
    every.attach("a", one(10, 12), source=Source.PUBLIC)
    assert every.quote("a", NOW).source.value == "venue_public_api"


def test_the_best_prices_of_different_venues_may_cross_and_then_have_no_mid() -> None:
    nbbo = consolidated({"a": one(10, 12), "b": one(13, 15)}).nbbo(NOW)
    assert nbbo.crossed
    assert (nbbo.mid, nbbo.spread) == (None, None)
    assert nbbo.bid
    assert nbbo.ask
    assert (nbbo.bid.venue, nbbo.ask.venue) == ("b", "a")


def test_a_locked_market_has_a_mid_and_no_spread() -> None:
    nbbo = consolidated({"a": one(10, 12), "b": one(12, 15)}).nbbo(NOW)
    assert (nbbo.crossed, nbbo.mid, nbbo.spread) == (False, 12, 0)


def test_a_one_sided_market_has_a_best_price_and_no_mid() -> None:
    nbbo = consolidated({"a": one(10, 0)}).nbbo(NOW)
    assert (nbbo.ask, nbbo.mid, nbbo.crossed) == (None, None, False)


def test_ties_go_to_the_larger_then_the_fresher_then_by_name() -> None:
    old = Nanos(NOW - NANOS_PER_S)
    books = {"d": one(10, 12), "c": one(10, 12), "b": one(10, 12, at=old), "a": one(10, 13, qty=9)}
    nbbo = consolidated(books).nbbo(NOW)
    assert nbbo.bid
    assert nbbo.ask
    assert (nbbo.bid.venue, nbbo.ask.venue) == ("a", "c")


def test_a_venue_that_was_detached_is_gone() -> None:
    every = consolidated({"a": one(10, 12), "b": one(11, 12)})
    every.detach("b")
    assert [quote.venue for quote in every.quotes(NOW)] == ["a"]


@given(BOOKS, st.sampled_from(Side), st.integers(0, 12))
def test_the_merged_book_is_the_sorted_union_of_usable_books(
    sides: dict[str, tuple[Levels, Levels]], side: Side, depth: int
) -> None:
    every = consolidated({venue: book(*both) for venue, both in sides.items()})
    usable = [quote.venue for quote in every.quotes(NOW) if quote.serves(side.opposite)]
    union = [
        (-px * side.sign, -qty, venue)
        for venue in usable
        for px, qty in dict(sides[venue][0 if side is Side.BUY else 1]).items()
    ]
    found = [(-level.px * side.sign, -level.qty, level.venue) for level in every.levels(side, depth, NOW)]
    assert found == sorted(union)[:depth]


@given(BOOKS, st.permutations("abcdef"))
def test_the_best_prices_do_not_depend_on_the_order_of_venues(
    sides: dict[str, tuple[Levels, Levels]], order: list[str]
) -> None:
    books = {venue: book(*both) for venue, both in sides.items()}
    shuffled = {venue: books[venue] for venue in order if venue in books}
    nbbo = consolidated(books).nbbo(NOW)
    assert nbbo == consolidated(shuffled).nbbo(NOW)
    merged = consolidated(books).levels(Side.BUY, 1, NOW)
    assert [level.px for level in merged] == ([nbbo.bid.px] if nbbo.bid else [])
