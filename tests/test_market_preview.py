"""Previews against routes computed by hand, and the faults of their payloads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.market_stage import NOW, Stage, StillSource, px, qty, taker
from venuekit.errors import RejectReason
from venuekit.route.candidate import Excluded
from venuekit.units import NANOS_PER_S, Qty
from venuekit_engine.answer import Preview
from venuekit_engine.caller import Caller
from venuekit_engine.market.candidates import gather
from venuekit_engine.market.door import Market
from venuekit_engine.market.link import LinkStatus
from venuekit_engine.refusal import NotFound, Unprocessable

ME = Caller("client_1", "key_1", sandbox=True)
SYMBOL = "BTC-USD"


def make_stage() -> Stage:
    """Two venues around 100: one cheap with little, one dear with much."""
    stage = Stage()
    stage.show("cheap", SYMBOL, [("99", "1")], [("101", "1"), ("110", "5")], fees=taker("0.001"))
    stage.show("dear", SYMBOL, [("99", "4")], [("102", "4")], fees=taker("0.01"))
    return stage


def preview(stage: Stage, **payload: Any) -> Preview:
    asked = {"symbol": SYMBOL, "side": "buy", "qty": 2, "order_type": "market"} | payload
    return Market(stage.hub, StillSource(), lambda: NOW).preview(ME, asked)


def refusal(stage: Stage, payload: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Unprocessable) as caught:
        Market(stage.hub, StillSource(), lambda: NOW).preview(ME, payload)
    return {detail.field: detail.message for detail in caught.value.details}


def test_an_order_is_split_where_it_costs_least() -> None:
    told = preview(make_stage())
    # One at 101 + 0.1 %, then 102 + 1 % = 103.02 beats 110 + 0.1 %.
    assert [(leg.venue, leg.qty_1e8, leg.limit_px_1e9) for leg in told.legs] == [
        ("cheap", qty("1"), px("101")),
        ("dear", qty("1"), px("102")),
    ]
    assert told.residual_qty_1e8 == 0
    assert sorted(told.candidate_venues) == ["cheap", "dear"]
    assert (told.nbbo.bid_px_1e9, told.nbbo.ask_px_1e9, told.nbbo.mid_px_1e9) == (px("99"), px("101"), px("100"))
    assert told.nbbo.spread_bps == 200.0
    # Against the mid of 100: 203 paid for 200 is 150 bps; fees of 0.101 and 1.02 are 56.05 bps.
    assert told.estimated_slippage_bps == pytest.approx(150.0)
    assert told.estimated_fee_bps == pytest.approx(56.05)
    assert told.estimated_total_cost_bps == pytest.approx(206.05)
    assert (told.source, told.generated_at_ns, told.historical_ttff) == ("edge_nbbo", NOW, None)


def test_legs_tell_their_own_cost() -> None:
    leg = preview(make_stage(), qty=1).legs[0]
    assert (leg.avg_px_1e9, leg.side) == (px("101"), "buy")
    assert leg.fee_bps == pytest.approx(10.0)
    assert leg.cost_bps == pytest.approx(110.0)


def test_a_limit_bounds_the_route_and_the_rest_is_told() -> None:
    told = preview(make_stage(), order_type="limit", price=101.5, qty=3)
    assert [leg.venue for leg in told.legs] == ["cheap"]
    assert told.residual_qty_1e8 == qty("2")


def test_a_pin_leaves_the_other_venues_out() -> None:
    told = preview(make_stage(), venue="DEAR")
    assert [leg.venue for leg in told.legs] == ["dear"]
    assert (told.candidate_venues, told.best_venue, told.excluded) == (["dear"], "dear", {})


def test_a_venue_that_cannot_serve_says_why() -> None:
    stage = make_stage()
    stage.show("old", SYMBOL, [("99", "9")], [("100", "9")], at=NOW - 60 * NANOS_PER_S)
    stage.show("crossed", SYMBOL, [("103", "9")], [("90", "9")])
    stage.show("bidless", SYMBOL, [("99", "9")], [])
    stage.show("feeless", SYMBOL, [("99", "9")], [("100", "9")], fees=None)
    stage.list("bookless", SYMBOL)
    told = preview(stage)
    assert {leg.venue for leg in told.legs} == {"cheap", "dear"}
    assert told.excluded == {
        "old": "STALE_VENUE, its book is stale (nothing heard for 60000 ms)",
        "crossed": "STALE_VENUE, its book is crossed (its bid is at or above its ask)",
        "bidless": "STALE_VENUE, its book is one_sided (no asks)",
        "feeless": "BAD_VENUE, taker fee unknown",
        "bookless": "STALE_VENUE, no book yet",
    }


def test_without_any_book_there_is_no_estimate_and_no_zero_either() -> None:
    stage = Stage()
    stage.list("a", SYMBOL)
    stage.hub.report("a", LinkStatus.DISCONNECTED, "refused")
    told = preview(stage)
    assert (told.legs, told.best_venue, told.source) == ([], None, "unavailable")
    assert (told.estimated_fee_bps, told.estimated_total_cost_bps, told.worst_case_fee_bps) == (None, None, None)
    assert (told.nbbo.bid_px_1e9, told.nbbo.mid_px_1e9, told.nbbo.spread_bps) == (None, None, None)
    assert (told.residual_qty_1e8, told.excluded) == (qty("2"), {"a": "STALE_VENUE, refused"})


def test_a_one_sided_market_has_null_on_the_missing_side() -> None:
    stage = Stage()
    stage.show("a", SYMBOL, [("99", "9")], [])
    told = preview(stage, side="sell")
    assert (told.nbbo.bid_px_1e9, told.nbbo.ask_px_1e9, told.nbbo.mid_px_1e9) == (px("99"), None, None)
    assert [leg.venue for leg in told.legs] == ["a"]


def test_every_fault_of_a_payload_is_told() -> None:
    found = refusal(make_stage(), {"side": "hold", "qty": -1, "order_type": "limit", "venue": 7})
    assert set(found) == {"symbol", "side", "qty", "price", "venue"}
    assert found["price"] == "is required for a limit order"


@pytest.mark.parametrize("amount", [0, -2, float("nan"), float("inf"), "many", None, True, 1e-9])
def test_a_quantity_that_is_none_is_refused(amount: object) -> None:
    found = refusal(make_stage(), {"symbol": SYMBOL, "side": "buy", "qty": amount})
    assert set(found) == {"qty"}


def test_a_market_order_with_a_price_is_refused() -> None:
    found = refusal(make_stage(), {"symbol": SYMBOL, "side": "buy", "qty": 1, "order_type": "market", "price": 5})
    assert found == {"price": "a market order has no price"}


def test_a_venue_that_does_not_list_the_symbol_is_refused_by_name() -> None:
    found = refusal(make_stage(), {"symbol": SYMBOL, "side": "buy", "qty": 1, "venue": "nasdaq"})
    assert found == {"venue": "expected one that lists BTC-USD (cheap, dear), found 'nasdaq'"}


def test_an_unknown_symbol_is_not_found() -> None:
    with pytest.raises(NotFound):
        preview(make_stage(), symbol="NO-SUCH")


def test_candidates_carry_what_the_router_asks_for() -> None:
    stage = make_stage()
    stage.hub.report("dear", LinkStatus.DISCONNECTED, "closed")
    found, missing = gather(stage.hub, SYMBOL, None, NOW, lambda venue, _, book: (book, venue == "cheap", Qty(7)))
    state = {each.venue: (each.connected, each.authorised, each.quote.venue, each.free) for each in found}
    assert state == {"cheap": (True, True, "cheap", 7), "dear": (True, False, "dear", 7)}
    assert missing == []
    assert gather(stage.hub, SYMBOL, "nasdaq", NOW) == (
        [], [Excluded("nasdaq", RejectReason.BAD_VENUE, "does not list BTC-USD")],
    )  # fmt: skip
