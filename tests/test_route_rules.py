"""The router's rules, each on the smallest market that shows it."""

from __future__ import annotations

import msgspec
import pytest

from tests.route_market import SYMBOL, levels, venue
from venuekit.instrument import FeeModel
from venuekit.route.candidate import Candidate
from venuekit.route.cost import CostParams, freshness_cost, latency_cost
from venuekit.route.intent import Intent, Urgency
from venuekit.route.plan import Residual, Route, route
from venuekit.route.preview import preview
from venuekit.route.rest import rest_on
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, PX_SCALE, RATE_PER_BPS, Nanos, Px, Qty, Rate

UNIT = 10**8


def buy(qty: int, **more: object) -> Intent:
    return msgspec.structs.replace(Intent(symbol=SYMBOL, side=Side.BUY, qty=Qty(qty)), **more)


def px(whole: float) -> Px:
    return Px(round(whole * PX_SCALE))


def bps(number: float) -> Rate:
    return Rate(round(number * RATE_PER_BPS))


def shares(made: Route) -> dict[str, int]:
    return {leg.venue: leg.qty for leg in made.legs}


# ── price, fee and ties ──


def test_the_best_displayed_price_loses_to_the_best_price_after_fees() -> None:
    shown, landed = venue("a", levels((100, 9)), taker=30), venue("b", levels((100.1, 9)), taker=5)
    assert shares(route(buy(5), [shown, landed])) == {"b": 5}


def test_an_order_is_split_level_by_level() -> None:
    a, b = venue("a", levels((100, 2), (102, 9))), venue("b", levels((101, 3), (103, 9)))
    made = route(buy(6), [a, b])
    assert shares(made) == {"a": 3, "b": 3}
    assert {leg.venue: leg.px for leg in made.legs} == {"a": px(102), "b": px(101)}


def test_a_sell_takes_the_highest_bids() -> None:
    a, b = venue("a", [], levels((100, 2), (98, 9))), venue("b", [], levels((99, 3)))
    made = route(Intent(symbol=SYMBOL, side=Side.SELL, qty=Qty(6)), [a, b])
    assert shares(made) == {"a": 3, "b": 3}
    assert made.cost.slippage > 0


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        (venue("a", levels((101, 9)), age_s=1), venue("b", levels((101, 9)), age_s=2), "a"),
        (venue("b", levels((101, 9)), age_s=0.1), venue("a", levels((101, 9)), age_s=0.4), "b"),
        (venue("b", levels((101, 9))), venue("a", levels((101, 9))), "a"),
        # The same landed price, by a rebate on one that eats up its worse price.
        (venue("a", levels((100, 9)), taker=100), venue("b", levels((101, 9)), taker=0), "b"),
    ],
    ids=["cost of age", "fresher", "name", "lower fee"],
)
def test_ties_go_to_the_lower_fee_then_the_fresher_then_the_name(
    first: Candidate, second: Candidate, winner: str
) -> None:
    assert list(shares(route(buy(5), [first, second]))) == [winner]


def test_a_prediction_fee_follows_the_probability() -> None:
    # Both charge 7 %: at 90 cents it is 0.7 % of the cost, and a flat one would be 7 %.
    curved = venue("a", levels((0.90, 9 * UNIT)), [], taker=700, model=FeeModel.PROBABILITY)
    flat = venue("b", levels((0.89, 9 * UNIT)), [], taker=700)
    made = route(buy(5 * UNIT), [curved, flat])
    assert shares(made) == {"a": 5 * UNIT}
    assert made.legs[0].fee == round(0.07 * 5 * 0.9 * 0.1 * PX_SCALE)


# ── bounds ──


def test_a_limit_stops_the_sweep_and_the_rest_waits_at_it() -> None:
    made = route(buy(9, limit=px(101), rests=True), [venue("a", levels((100, 2), (101, 3), (102, 9)))])
    assert (shares(made), made.residual, made.why) == ({"a": 5}, 4, Residual.BOUND)
    assert made.rest
    assert (made.rest.venue, made.rest.qty, made.rest.px) == ("a", 4, px(101))


def test_an_order_that_does_not_rest_leaves_a_residual() -> None:
    assert route(buy(9, limit=px(101)), [venue("a", levels((101, 3)))]).rest is None


def test_the_slippage_cap_counts_no_fee() -> None:
    # The mid is 100; 1 % above it is 101, whatever the fee.
    dear = venue("a", levels((101, 3), (101.01, 9)), levels((99, 9)), taker=500)
    made = route(buy(9, max_slippage=bps(100), reference=px(100)), [dear])
    assert (made.filled, made.why) == (3, Residual.BOUND)


def test_books_that_hold_no_more_are_said_so() -> None:
    assert route(buy(9), [venue("a", levels((100, 2)))]).why is Residual.DEPTH


# ── minimums ──


def test_what_falls_under_a_minimum_goes_to_the_others() -> None:
    small, large = venue("a", levels((100, 2)), min_qty=3), venue("b", levels((101, 99)))
    made = route(buy(10), [small, large])
    assert (shares(made), made.dropped, made.residual) == ({"b": 10}, ("a",), 0)


def test_a_minimum_notional_is_measured_at_the_limit_of_the_leg() -> None:
    # 2 units sell for 100 + 90, and the leg's limit of 90 values them at 180.
    bids = levels((100, UNIT), (90, UNIT))
    strict = venue("a", [], bids, min_notional=185 * PX_SCALE)
    made = route(Intent(symbol=SYMBOL, side=Side.SELL, qty=Qty(2 * UNIT)), [strict])
    assert (made.filled, made.why) == (0, Residual.MINIMUM)


def test_a_minimum_notional_is_measured_by_what_a_buy_should_cost() -> None:
    # 2 units cost 90 + 100, though the leg's limit of 100 values them at 200.
    strict = venue("a", levels((90, UNIT), (100, UNIT)), [], min_notional=195 * PX_SCALE)
    assert route(buy(2 * UNIT), [strict]).why is Residual.MINIMUM


def test_two_parts_under_their_minimums_become_one_whole() -> None:
    a, b = venue("a", levels((100, 6), (102, 9)), min_qty=7), venue("b", levels((101, 9)), min_qty=7)
    made = route(buy(10), [a, b])
    assert (made.filled, len(made.legs)) == (10, 1)


def test_a_dropped_venue_comes_back_when_no_other_can_absorb() -> None:
    # Each has less than its minimum of the split; "a" is dropped first and is the only one that can serve the whole.
    a, b = venue("a", levels((101, 9)), min_qty=5), venue("b", levels((100, 4)), min_qty=5)
    made = route(buy(6), [a, b])
    assert (shares(made), made.dropped) == ({"a": 6}, ("b",))


def test_what_a_coarse_lot_leaves_goes_to_a_finer_one() -> None:
    coarse, fine = venue("a", levels((100, 100)), lot=10), venue("b", levels((101, 99)), lot=1)
    assert shares(route(buy(37), [coarse, fine])) == {"a": 30, "b": 7}


def test_levels_off_the_lot_are_rounded_down_over_several_of_them() -> None:
    made = route(buy(29), [venue("a", levels((100, 21), (101, 4), (102, 4)), lot=10)])
    leg = made.legs[0]
    assert (leg.qty, leg.px, leg.value) == (20, px(100), 20 * 100 * 10)
    assert (made.residual, made.why) == (9, Residual.MINIMUM)


def test_the_largest_order_of_a_venue_is_respected() -> None:
    capped, other = venue("a", levels((100, 6), (101, 9)), max_qty=8), venue("b", levels((102, 9)))
    assert shares(route(buy(12), [capped, other])) == {"a": 8, "b": 4}


def test_a_balance_limits_what_a_venue_is_given() -> None:
    poor, other = venue("a", levels((100, 9 * UNIT)), free=350 * UNIT), venue("b", levels((102, 9 * UNIT)))
    made = route(buy(5 * UNIT, limit=px(102)), [poor, other])
    # Money is counted at the limit: 350 / 102.
    assert shares(made)["a"] == 350 * UNIT * 10 // 1020
    assert made.filled == 5 * UNIT


# ── costs ──


def test_latency_costs_more_the_more_urgent_and_grows_with_the_root_of_time() -> None:
    def cost(urgency: Urgency, seconds: int) -> int:
        return latency_cost(Nanos(seconds * NANOS_PER_S), CostParams(urgency=urgency, sigma=bps(3)))

    assert [cost(urgency, 1) for urgency in Urgency] == [bps(1.5), bps(3), bps(6)]
    assert cost(Urgency.MEDIUM, 4) == 2 * cost(Urgency.MEDIUM, 1)


def test_a_distant_venue_loses_a_close_race() -> None:
    near, far = venue("b", levels((100.01, 9)), latency_ns=10**7), venue("a", levels((100, 9)), latency_ns=10**9)
    assert shares(route(buy(5), [near, far])) == {"a": 5}
    assert shares(route(buy(5), [near, far], CostParams(sigma=bps(5)))) == {"b": 5}


@pytest.mark.parametrize(("age_s", "cost"), [(0.5, 0), (1.5, 1), (3.5, 3), (9, 5)])
def test_age_costs_beyond_a_grace_and_up_to_a_cap(age_s: float, cost: int) -> None:
    assert freshness_cost(Nanos(int(age_s * NANOS_PER_S)), CostParams()) == bps(cost)


def test_a_term_of_a_plugin_moves_the_choice_and_is_shown() -> None:
    def toxicity(_: Intent, candidate: Candidate) -> Rate:
        return bps(20) if candidate.venue == "a" else Rate(0)

    a, b = venue("a", levels((100, 9))), venue("b", levels((100.1, 9)))
    assert shares(route(buy(5), [a, b])) == {"a": 5}
    params = CostParams(terms=(("toxicity", toxicity),))
    assert shares(route(buy(5), [a, b], params)) == {"b": 5}
    assert route(buy(5), [a], params).cost.extra == bps(20)


def test_the_parts_of_the_cost_add_up() -> None:
    a = venue("a", levels((101, 9 * UNIT)), levels((99, UNIT)), taker=10, age_s=2.5, latency_ns=NANOS_PER_S)
    cost = route(buy(5 * UNIT), [a], CostParams(sigma=bps(4))).cost
    # The fee is 10 bps of 101, the reference is 100.
    assert (cost.slippage, cost.fee, cost.freshness, cost.latency) == (bps(100), bps(10.1), bps(2), bps(4))
    assert cost.total == bps(116.1)


# ── resting ──


def test_an_order_rests_where_the_maker_fee_is_lowest_then_the_deepest_then_by_name() -> None:
    limit = buy(5, limit=px(99), rests=True, post_only=True)
    dear = venue("a", levels((101, 9)), levels((98, 99)), maker=2)
    deep = venue("c", levels((101, 9)), levels((98, 50)), maker=1)
    thin = venue("b", levels((101, 9)), levels((98, 1)), maker=1)
    twin = venue("d", levels((101, 9)), levels((98, 50)), maker=1)
    found = rest_on(limit, [dear, thin, twin, deep], Qty(5))
    assert found
    assert (found.venue, found.px, found.qty) == ("c", px(99), 5)


def test_a_post_only_order_skips_a_venue_where_it_would_trade() -> None:
    limit = buy(5, limit=px(99), rests=True, post_only=True)
    cheap, other = venue("a", levels((99, 9)), maker=-1), venue("b", levels((101, 9)), maker=3)
    found = rest_on(limit, [cheap, other], Qty(5))
    assert found
    assert found.venue == "b"
    assert rest_on(limit, [cheap], Qty(5)) is None


def test_a_resting_price_is_on_the_tick_and_never_past_the_limit() -> None:
    coarse = venue("a", levels((101, 9)), tick=PX_SCALE)
    found = rest_on(buy(5, limit=px(99.7), rests=True), [coarse], Qty(5))
    sold = rest_on(Intent(symbol=SYMBOL, side=Side.SELL, qty=Qty(5), limit=px(99.2), rests=True), [coarse], Qty(5))
    assert found
    assert sold
    assert (found.px, sold.px) == (px(99), px(100))


def test_a_pin_and_a_stale_book_bind_a_resting_order_too() -> None:
    limit = buy(5, limit=px(99), rests=True, venue="b")
    assert rest_on(limit, [venue("a", levels((101, 9)))], Qty(5)) is None
    assert rest_on(limit, [venue("b", levels((101, 9)), age_s=60)], Qty(5)) is None


def test_money_that_the_legs_spend_does_not_rest_as_well() -> None:
    only = venue("a", levels((100, UNIT)), free=250 * UNIT)
    made = route(buy(5 * UNIT, limit=px(100), rests=True), [only])
    assert shares(made) == {"a": UNIT}
    assert made.rest
    assert made.rest.qty == UNIT * 3 // 2


# ── preview and digest ──


def test_a_preview_names_the_best_single_venue_and_the_worst_fee() -> None:
    a = venue("a", levels((101, 2), (105, 9)), levels((99, 9)), taker=40)
    b = venue("b", levels((102, 9)), levels((98, 9)), taker=10)
    seen = preview(buy(5), [a, b, venue("c", [], [])])
    assert (seen.venues, seen.best_venue) == (("a", "b"), "b")
    assert seen.fee < seen.worst_fee
    assert seen.total == seen.route.cost.total


def test_a_preview_without_candidates_is_empty() -> None:
    seen = preview(buy(5), [])
    assert (seen.venues, seen.best_venue, seen.worst_fee, seen.total) == ((), "", 0, 0)


def test_the_digest_is_of_the_moment_of_the_decision() -> None:
    a = venue("a", levels((100, 9)))
    made = route(buy(5), [a])
    before = made.digest
    a.book.distrust("gone")
    assert made.digest == before
    assert route(buy(5), [venue("a", levels((100, 8)))]).digest == before
    assert route(buy(5), [venue("a", levels((100.5, 9)))]).digest != before
