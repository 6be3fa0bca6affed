"""Which venues may serve, and in which words the others are left out."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.route_market import NOW, SYMBOL, levels, markets, venue
from venuekit.book.consolidated import Consolidated
from venuekit.errors import RejectReason
from venuekit.market import BookDelta
from venuekit.route.candidate import RESTING, TAKING, Candidate, select
from venuekit.route.intent import Intent
from venuekit.route.plan import Residual, route
from venuekit.side import Side
from venuekit.units import Px, Qty, Rate

ASKS = levels((101, 50))
BIDS = levels((99, 50))
BUY = Intent(symbol=SYMBOL, side=Side.BUY, qty=Qty(5))
SELL = Intent(symbol=SYMBOL, side=Side.SELL, qty=Qty(5))


def lost(candidate: Candidate) -> Candidate:
    candidate.book.distrust("sequence gap")
    every = Consolidated(SYMBOL)
    every.attach(candidate.venue, candidate.book)
    return msgspec.structs.replace(candidate, quote=every.quote(candidate.venue, NOW))


R = RejectReason
CASES = {
    "another symbol": (venue("a", ASKS, symbol="ETH-USD"), R.BAD_VENUE, "lists ETH-USD, not BTC-USD"),
    "untradable": (venue("a", ASKS, untradable="tick too fine"), R.BAD_VENUE, "tick too fine"),
    "disconnected": (venue("a", ASKS, connected=False), R.NETWORK, "not connected"),
    "no keys": (venue("a", ASKS, authorised=False), R.AUTH, "no credentials"),
    "stale": (venue("a", ASKS, age_s=11), R.STALE_VENUE, "its book is stale (nothing heard for 11000 ms)"),
    "crossed": (venue("a", levels((98, 1)), BIDS), R.STALE_VENUE, "its book is crossed"),
    "out of sequence": (lost(venue("a", ASKS)), R.STALE_VENUE, "its book is waiting (sequence gap)"),
    "no asks": (venue("a", [], BIDS), R.STALE_VENUE, "its book is one_sided (no asks)"),
    "nothing": (venue("a", [], []), R.STALE_VENUE, "its book is empty"),
    "fee unknown": (venue("a", ASKS, taker=None), R.BAD_VENUE, "taker fee unknown"),
    "no money": (
        venue("a", ASKS, min_qty=3, free=302),
        R.INSUFFICIENT_BALANCE,
        "302 free, the smallest order takes 303",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_venue_that_cannot_serve_is_left_out_with_its_reason(name: str) -> None:
    candidate, reason, words = CASES[name]
    made = route(BUY, [candidate, venue("z", ASKS)])
    assert [leg.venue for leg in made.legs] == ["z"]
    assert [each.reason for each in made.excluded] == [reason]
    assert words in str(made.excluded[0])


@given(st.sampled_from(sorted(CASES)) | markets(most=1), st.sampled_from((BUY, SELL)), st.sampled_from(("", "a", "b")))
def test_the_quick_look_agrees_with_the_table_of_reasons(case: str | list[Candidate], intent: Intent, pin: str) -> None:
    asked = [CASES[case][0]] if isinstance(case, str) else case
    pinned = msgspec.structs.replace(intent, venue=pin)
    assert select(pinned, asked) == select(pinned, asked, list(TAKING))


def test_the_digest_is_of_the_moment_of_the_decision() -> None:
    first, again = (route(BUY, [venue("a", ASKS)]) for _ in range(2))
    first.inputs.lanes[0].candidate.book.apply(BookDelta(SYMBOL, [], levels((101, 49)), 2, 2), NOW)
    assert first.digest == again.digest


def test_fees_that_were_never_told_are_not_free() -> None:
    known = venue("a", ASKS)
    bare = msgspec.structs.replace(known, instrument=msgspec.structs.replace(known.instrument, fees=None))
    for checks in ((), (RESTING,)):
        fit, excluded = select(BUY, [bare], *checks)
        assert not fit
        assert "fee unknown" in excluded[0].detail


def test_a_pin_leaves_out_every_other_venue() -> None:
    made = route(msgspec.structs.replace(BUY, venue="b"), [venue("a", levels((100, 50))), venue("b", ASKS)])
    assert [leg.venue for leg in made.legs] == ["b"]
    assert [str(each) for each in made.excluded] == ["a: BAD_VENUE, the order is pinned to b"]


def test_a_one_sided_book_serves_the_side_that_it_has() -> None:
    asks_only, bids_only = venue("a", ASKS, []), venue("b", [], BIDS)
    assert [leg.venue for leg in route(BUY, [asks_only, bids_only]).legs] == ["a"]
    assert [leg.venue for leg in route(SELL, [asks_only, bids_only]).legs] == ["b"]


def test_no_venue_at_all_is_said_so() -> None:
    made = route(BUY, [venue("a", ASKS, connected=False)])
    assert (made.why, made.residual) == (Residual.NO_VENUE, 5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"qty": Qty(0)}, "quantity must be > 0, was 0"),
        ({"limit": Px(0)}, "limit must be > 0, was 0"),
        ({"reference": Px(-1)}, "reference must be > 0, was -1"),
        ({"max_slippage": Rate(-1)}, "max_slippage must be >= 0, was -1"),
        ({"rests": True}, "needs a limit"),
        ({"limit": Px(1), "post_only": True}, "a post-only order rests"),
    ],
)
def test_an_intent_refuses_nonsense_at_birth(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        msgspec.structs.replace(BUY, **change)
