"""EX, terms: market orders, time in force and flags, each by its feature; what is not offered never leaves.

What must stay true: what an order may not do is looked up at the exchange, not in the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from venuekit.capability import Feature, Op
from venuekit.errors import NotSent, Refused
from venuekit.lifecycle import ORDER_LIVE, OrderState
from venuekit.order import Accepted, NewOrder, OrderType, TimeInForce
from venuekit.side import Side
from venuekit.units import Qty
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, law

ASKED_BY: Final[Mapping[Feature, Mapping[str, Any]]] = {
    Feature.MARKET: {"type": OrderType.MARKET},
    Feature.LIMIT: {},
    Feature.GTC: {"tif": TimeInForce.GTC},
    Feature.IOC: {"tif": TimeInForce.IOC},
    Feature.FOK: {"tif": TimeInForce.FOK},
    Feature.POST_ONLY: {"post_only": True},
    Feature.REDUCE_ONLY: {"reduce_only": True},
}


@law("EX-140", Level.TRADING, Op.SUBMIT, Feature.MARKET)
def test_ex140_a_market_order_takes_what_there_is(bench: Bench) -> None:
    """EX-140. A market order trades its quantity at once, without a price, and never rests."""
    for side in Side:
        order = bench.order(side, type=OrderType.MARKET)
        told = bench.fate(order, bench.submit(order))
        had = bench.truth.of(order.client_id)
        assert (had.side, had.filled, had.is_live) == (side, order.qty, False), f"asked for {order}, became {had}"
        assert (told.state, told.filled) == (OrderState.FILLED, order.qty), f"all of it traded, told was {told}"


@law("EX-150", Level.TRADING, Op.SUBMIT, Feature.GTC, core=True)
def test_ex150_a_gtc_order_rests(bench: Bench) -> None:
    """EX-150. GTC reaches the exchange as GTC: the order rests until it is taken off."""
    order = bench.order(tif=TimeInForce.GTC)
    bench.submit(order)
    had = bench.truth.of(order.client_id)
    assert (had.tif, had.is_live) == ("GTC", True), f"asked to rest, the exchange has {had}"


@law("EX-160", Level.TRADING, Op.SUBMIT, Feature.IOC)
def test_ex160_the_rest_of_an_ioc_order_is_over(bench: Bench) -> None:
    """EX-160. An IOC order takes what is there and is over: CANCELLED with what it filled, never PARTIAL."""
    bench.crowd.leave(bench.instrument, Side.BUY, bench.qty)
    order = bench.order(Side.BUY, bench.px_through(Side.BUY), Qty(2 * bench.qty), tif=TimeInForce.IOC)
    told = bench.fate(order, bench.submit(order))
    assert not bench.truth.resting, "what an IOC order does not trade at once must not rest"
    assert bench.truth.of(order.client_id).filled == bench.qty, "it takes what is there"
    assert told.state is OrderState.CANCELLED, f"half of it traded and it is over: CANCELLED, was {told.state.value}"
    assert told.filled == bench.qty, f"{bench.qty} traded, told was {told.filled}"


@law("EX-170", Level.TRADING, Op.SUBMIT, Feature.IOC)
def test_ex170_an_ioc_order_that_finds_nothing_is_over(bench: Bench) -> None:
    """EX-170. An IOC order that finds nothing is Refused, or accepted and CANCELLED at once; it never rests."""
    order = bench.order(tif=TimeInForce.IOC)
    _check_nothing_done(bench, order)


@law("EX-180", Level.TRADING, Op.SUBMIT, Feature.FOK)
def test_ex180_a_fok_order_fills_wholly(bench: Bench) -> None:
    """EX-180. A FOK order that finds all that it wants is FILLED."""
    order = bench.order(Side.SELL, bench.px_through(Side.SELL), tif=TimeInForce.FOK)
    told = bench.fate(order, bench.submit(order))
    assert bench.truth.of(order.client_id).filled == order.qty, "it did not trade at the exchange"
    assert (told.state, told.filled) == (OrderState.FILLED, order.qty), f"all of it traded, told was {told}"


@law("EX-190", Level.TRADING, Op.SUBMIT, Feature.FOK)
def test_ex190_a_fok_order_that_cannot_fill_trades_nothing(bench: Bench) -> None:
    """EX-190. A FOK order that finds a part of what it wants trades none of it. FOK must reach the exchange as FOK."""
    bench.crowd.leave(bench.instrument, Side.BUY, bench.qty)
    order = bench.order(Side.BUY, bench.px_through(Side.BUY), Qty(2 * bench.qty), tif=TimeInForce.FOK)
    _check_nothing_done(bench, order)


@law("EX-200", Level.TRADING, Op.SUBMIT, Feature.POST_ONLY)
def test_ex200_a_post_only_order_rests_as_post_only(bench: Bench) -> None:
    """EX-200. Post-only reaches the exchange, and the order rests."""
    order = bench.order(post_only=True)
    told = bench.submit(order)
    had = bench.truth.of(order.client_id)
    assert had.post_only, "the flag post_only did not reach the exchange"
    assert had.is_live, "it does not cross, so it rests"
    assert told.state is OrderState.ACCEPTED, f"it rests: ACCEPTED, was {told.state.value}"


@law("EX-210", Level.TRADING, Op.SUBMIT, Feature.POST_ONLY)
def test_ex210_a_post_only_order_never_takes(bench: Bench) -> None:
    """EX-210. A post-only order that would take is Refused, or accepted and over at once; it pays no taker's fee."""
    for side in Side:
        _check_nothing_done(bench, bench.order(side, bench.px_through(side), post_only=True))


@law("EX-220", Level.TRADING, Op.SUBMIT, Feature.REDUCE_ONLY)
def test_ex220_a_reduce_only_order_opens_nothing(bench: Bench) -> None:
    """EX-220. A reduce-only order without a position trades nothing. The flag must reach the exchange."""
    order = bench.order(Side.SELL, bench.px_through(Side.SELL), reduce_only=True, **_soon(bench))
    _check_nothing_done(bench, order)


@law("EX-230", Level.TRADING, Op.SUBMIT, Feature.REDUCE_ONLY)
def test_ex230_a_reduce_only_order_reduces(bench: Bench) -> None:
    """EX-230. A reduce-only order sells what was bought, and it reaches the exchange as reduce-only."""
    bench.submit(bench.order(Side.BUY, bench.px_through(Side.BUY)))
    order = bench.order(Side.SELL, bench.px_through(Side.SELL), reduce_only=True, **_soon(bench))
    told = bench.fate(order, bench.submit(order))
    assert bench.truth.of(order.client_id).reduce_only, "the flag reduce_only did not reach the exchange"
    assert told.state is OrderState.FILLED, f"there was a position to reduce: FILLED, was {told.state.value}"


@law("EX-240", Level.TRADING, Op.SUBMIT, core=True)
def test_ex240_terms_that_are_not_offered_never_leave(bench: Bench) -> None:
    """EX-240. A term that the table of features denies raises Unsupported or Invalid before any request.

    To leave it out silently turns a post-only order into one that takes, or a FOK into one that rests.
    """
    for feature, terms in ASKED_BY.items():
        if not bench.offers(feature):
            order, before = bench.order(**terms), len(bench.sent)
            denied = f"{feature.value} is {bench.offers(feature).support.value} in the table"
            try:
                bench.fails(NotSent, partial(bench.venue.submit, order, bench.now()))
            except AssertionError as error:
                raise AssertionError(f"{denied}: {error}") from None
            assert len(bench.sent) == before, f"{denied}, and {bench.sent[before:]} left"


def _soon(bench: Bench) -> Mapping[str, Any]:
    """Give the time in force that reduce-only orders of most venues want."""
    return {"tif": TimeInForce.IOC} if bench.offers(Feature.IOC) else {}


def _check_nothing_done(bench: Bench, order: NewOrder) -> None:
    """Submit an order that must come to nothing: refused with proof, or over with nothing filled."""
    told = bench.outcome(bench.venue.submit(order, bench.now()))
    assert isinstance(told, Accepted | Refused), f"the venue knows what it did, told was {told!r}"
    had = [each for each in bench.truth.orders if each.client_id == order.client_id]
    assert not any(each.filled or each.is_live for each in had), f"it must come to nothing, and became {had}"
    if isinstance(told, Refused):
        assert told.code, f"a refusal carries the venue's own code, verbatim: {told}"
    else:
        end = bench.fate(order, told)
        assert (end.state in ORDER_LIVE, end.filled) == (False, 0), f"nothing lives, and told was {end}"
