"""What is admitted: a known symbol at a venue that lists it, numbers on the grid, nothing that could not be booked."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.parts.market import HandMarket
from venuekit.graph.model import Node
from venuekit.graph.payload import parse_graph
from venuekit.instrument import Kind
from venuekit.units import format_px, format_qty, parse_px, parse_qty
from venuekit_engine.refusal import NotFound, Unprocessable
from venuekit_engine.runtime.admission import admit

BID, ASK = [("99.98", "1")], [("100.02", "1")]
ORDER = {"symbol": "BTC-USD", "side": "buy", "qty": "1", "price": "99.95"}


@pytest.fixture
def market() -> HandMarket:
    """Two venues: alpha has the finer tick, beta the finer lot and the smaller least order."""
    market = HandMarket()
    market.put(BID, ASK, "alpha", tick=parse_px("0.01"), lot=parse_qty("0.01"), min_qty=parse_qty("0.01"))
    market.put(BID, ASK, "beta", tick=parse_px("0.05"), lot=parse_qty("0.001"), min_qty=parse_qty("0.002"))
    return market


def node(market: HandMarket, **asked: object) -> Node:
    graph = parse_graph(ORDER | asked, client_id="c", graph_id="g", sandbox=True)
    return admit(graph, market.hub).nodes[0]


def faults(market: HandMarket, **asked: object) -> Mapping[str, str]:
    with pytest.raises(Unprocessable) as caught:
        node(market, **asked)
    return {detail.field: detail.message for detail in caught.value.details}


def test_a_router_order_fits_the_finest_grid_there_is(market: HandMarket) -> None:
    admitted = node(market, price="99.91", qty="0.013")
    assert (admitted.px, admitted.qty) == (parse_px("99.91"), parse_qty("0.013"))


def test_a_pinned_order_fits_the_grid_of_its_venue(market: HandMarket) -> None:
    assert set(faults(market, price="99.91", qty="0.013", venue="beta")) == {"price"}
    assert set(faults(market, price="99.91", qty="0.013", venue="alpha")) == {"qty"}


def test_a_value_that_a_client_truncated_is_moved_onto_the_grid(market: HandMarket) -> None:
    admitted = node(market, price="99.949999999", qty="0.99999999")
    assert (format_px(admitted.px or parse_px("1")), format_qty(admitted.qty or parse_qty("9"))) == ("99.95", "1")


def test_the_smallest_order_is_admitted_and_less_is_not(market: HandMarket) -> None:
    assert node(market, qty="0.002").qty == parse_qty("0.002")
    assert "below the smallest order, 0.002" in faults(market, qty="0.001")["qty"]


def test_a_venue_that_does_not_list_it_is_told_with_those_that_do(market: HandMarket) -> None:
    assert faults(market, venue="gamma")["venue"] == "'gamma' does not list BTC-USD; alpha, beta do"


def test_an_unknown_symbol_is_not_found(market: HandMarket) -> None:
    with pytest.raises(NotFound):
        node(market, symbol="NO-SUCH")


def test_a_market_that_is_closed_is_told_with_the_reason(market: HandMarket) -> None:
    market.put(BID, ASK, "alpha", "ETH-USD", untradable="halted by the venue")
    assert "alpha: halted by the venue" in faults(market, symbol="ETH-USD")["symbol"]


def test_a_closed_venue_does_not_set_the_grid(market: HandMarket) -> None:
    market.put(BID, ASK, "gamma", "BTC-USD", tick=parse_px("0.001"), untradable="halted")
    assert set(faults(market, price="99.951")) == {"price"}


def test_a_fill_that_could_not_be_booked_is_never_asked_for(market: HandMarket) -> None:
    market.put(BID, ASK, "alpha", "BTC-USD-PERP", kind=Kind.PERP)
    assert "perp positions are not kept yet" in faults(market, symbol="BTC-USD-PERP")["symbol"]
