"""Laws of the router, over drawn markets."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.route_market import SIDES, SYMBOL, markets, venue
from venuekit.route.candidate import Candidate
from venuekit.route.intent import Intent
from venuekit.route.plan import Residual, Route, route
from venuekit.side import Side
from venuekit.units import PX_SCALE, RATE_SCALE, Px, Qty, Rate, notional

TARGETS = st.integers(1, 80).map(Qty)
LIMITS = st.none() | st.integers(88, 112).map(lambda whole: Px(whole * PX_SCALE))
CAPS = st.none() | st.integers(0, RATE_SCALE // 8).map(Rate)


@st.composite
def intents(draw: st.DrawFn) -> Intent:
    limit = draw(LIMITS)
    return Intent(
        symbol=SYMBOL,
        side=draw(SIDES),
        qty=draw(TARGETS),
        limit=limit,
        max_slippage=draw(CAPS),
        rests=limit is not None and draw(st.booleans()),
    )


@given(intents(), markets())
def test_nothing_is_lost_and_nothing_is_added(intent: Intent, venues: list[Candidate]) -> None:
    made = route(intent, venues)
    assert sum(leg.qty for leg in made.legs) == made.filled
    assert made.filled + made.residual == intent.qty
    assert made.residual >= 0
    assert (made.why is Residual.NONE) is (made.residual == 0)
    assert made.rest is None or 0 < made.rest.qty <= made.residual
    assert len({leg.venue for leg in made.legs}) == len(made.legs)


@given(intents(), markets())
def test_no_leg_passes_the_limit_or_the_cap(intent: Intent, venues: list[Candidate]) -> None:
    made = route(intent, venues)
    for leg in [*made.legs, *([made.rest] if made.rest else [])]:
        if intent.limit is not None:
            assert (intent.limit - leg.px) * intent.side.sign >= 0
        if intent.max_slippage is not None and made.reference:
            slip = (leg.px - made.reference) * intent.side.sign
            assert slip * RATE_SCALE <= intent.max_slippage * made.reference


@given(intents(), markets())
def test_every_leg_is_one_that_its_venue_takes(intent: Intent, venues: list[Candidate]) -> None:
    made = route(intent, venues)
    for leg in [*made.legs, *([made.rest] if made.rest else [])]:
        rules = leg.instrument
        assert leg.qty > 0
        assert leg.qty % rules.lot == 0
        assert leg.qty >= rules.min_qty
        assert leg.qty <= (rules.max_qty or leg.qty)
        assert notional(leg.px, leg.qty) >= rules.min_notional


@given(intents(), markets())
def test_every_leg_is_backed_by_the_levels_of_its_book(intent: Intent, venues: list[Candidate]) -> None:
    by_name = {each.venue: each for each in venues}
    for leg in route(intent, venues).legs:
        book = by_name[leg.venue].book
        ladder = book.asks if intent.side is Side.BUY else book.bids
        had, value = ladder.walk(leg.qty, leg.px)
        assert had == leg.qty
        assert abs(value - leg.value) <= len(ladder)


@given(intents(), markets())
def test_an_account_pays_for_what_is_sent(intent: Intent, venues: list[Candidate]) -> None:
    made = route(msgspec.structs.replace(intent, limit=intent.limit or Px(200 * PX_SCALE)), venues)
    by_name = {each.venue: each for each in venues}
    for name in {leg.venue for leg in made.legs}:
        free = by_name[name].free
        sent = [leg for leg in [*made.legs, *([made.rest] if made.rest else [])] if leg.venue == name]
        if free is not None and intent.side is Side.SELL:
            assert sum(leg.qty for leg in sent) <= free
        elif free is not None:
            assert sum(leg.value + max(leg.fee, 0) for leg in sent) <= free * 10 + len(sent)


@given(intents(), markets(), st.randoms(use_true_random=False))
def test_the_order_of_the_venues_changes_nothing(intent: Intent, venues: list[Candidate], chance: Random) -> None:
    shuffled = list(venues)
    chance.shuffle(shuffled)
    first, second = route(intent, venues), route(intent, shuffled)
    by_venue = {leg.venue: leg for leg in first.legs}
    assert by_venue == {leg.venue: leg for leg in second.legs}
    assert (first.rest, first.cost, first.excluded) == (second.rest, second.cost, second.excluded)
    assert first.digest == second.digest


def landed(made: Route, side: Side) -> int:
    """What an order costs with fees, × 10⁸ so that nothing is rounded before the end."""
    return sum(side.sign * leg.value + leg.fee for leg in made.legs)


@given(SIDES, st.integers(1, 12).map(Qty), markets(plain=True, most=3))
def test_without_minimums_no_other_split_is_cheaper(side: Side, target: Qty, venues: list[Candidate]) -> None:
    # Only terms that land in the account: a fresh quote is not cheaper, it is surer.
    fresh = [msgspec.structs.replace(each, quote=_fresh(each)) for each in venues]
    made = route(Intent(symbol=SYMBOL, side=side, qty=target), fresh)
    walks = [_prices(each, side) for each in fresh if each.quote.serves(side)]
    splits = product(*(range(min(int(made.filled), len(walk) - 1) + 1) for walk in walks))
    costs = [
        sum(walk[n] for walk, n in zip(walks, split, strict=True)) for split in splits if sum(split) == made.filled
    ]
    # Each leg rounds its value and its fee to the nearest unit.
    assert landed(made, side) <= min(costs) + len(venues) + 1
    assert made.filled == min(target, sum(len(walk) - 1 for walk in walks))


def _fresh(candidate: Candidate) -> Any:
    return msgspec.structs.replace(candidate.quote, age_ns=0)


def _prices(candidate: Candidate, side: Side) -> list[int]:
    # The landed cost of the first n units, one unit at a time: as plain as it gets.
    ladder = candidate.book.asks if side is Side.BUY else candidate.book.bids
    fee = (candidate.instrument.fees.taker or 0) if candidate.instrument.fees else 0
    units = [px for px, qty in ladder.levels(99) for _ in range(qty)]
    totals = [0]
    for px in units:
        totals.append(totals[-1] + (side.sign * px * RATE_SCALE + px * fee))
    return [total // RATE_SCALE // 10**8 for total in totals]


@given(SIDES, st.integers(1, 40), st.integers(1, 40), markets(plain=True))
def test_more_quantity_never_improves_the_average(side: Side, less: int, more: int, venues: list[Candidate]) -> None:
    fresh = [msgspec.structs.replace(each, quote=_fresh(each)) for each in venues]
    # Large units, so that the rounding of a fee is nothing beside the price.
    deep = [_enlarge(each) for each in fresh]
    small, large = (route(Intent(symbol=SYMBOL, side=side, qty=Qty(qty * 10**8)), deep) for qty in (less, less + more))
    if small.filled and large.filled:
        gap = landed(large, side) * small.filled - landed(small, side) * large.filled
        assert gap >= -2 * len(venues) * (small.filled + large.filled)


def _enlarge(candidate: Candidate) -> Candidate:
    asks = [(px, Qty(qty * 10**8)) for px, qty in candidate.book.asks.levels(99)]
    bids = [(px, Qty(qty * 10**8)) for px, qty in candidate.book.bids.levels(99)]
    fees = candidate.instrument.fees
    taker = (fees.taker or 0) / 10_000 if fees else 0
    return venue(candidate.venue, asks, bids, taker=taker)


@given(intents(), markets())
def test_the_same_inputs_have_the_same_digest_and_another_order_another(
    intent: Intent, venues: list[Candidate]
) -> None:
    other = msgspec.structs.replace(intent, qty=Qty(intent.qty + 1))
    assert route(intent, venues).digest == route(intent, venues).digest
    assert route(intent, venues).digest != route(other, venues).digest


@given(intents(), markets())
def test_a_post_only_order_takes_nothing(intent: Intent, venues: list[Candidate]) -> None:
    limit = intent.limit or Px(100 * PX_SCALE)
    made = route(msgspec.structs.replace(intent, limit=limit, rests=True, post_only=True), venues)
    assert not made.legs
    if made.rest:
        touch = next(each.quote for each in venues if each.venue == made.rest.venue)
        assert (
            made.rest.px < (touch.ask_px or made.rest.px + 1)
            if intent.side is Side.BUY
            else made.rest.px > touch.bid_px
        )


@pytest.mark.parametrize("side", Side)
def test_an_empty_market_leaves_everything(side: Side) -> None:
    made = route(Intent(symbol=SYMBOL, side=side, qty=Qty(5)), [])
    assert (made.filled, made.why, made.reference, made.cost.total) == (0, Residual.NO_VENUE, None, 0)
