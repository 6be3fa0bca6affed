"""What becomes of a node on the books as they are: its quantity, its child orders, and what is said of the rest."""

from __future__ import annotations

import pytest

from tests.parts.market import HandMarket
from venuekit.book.book import Book
from venuekit.errors import RejectReason
from venuekit.graph.event import NodeRejected, Routed
from venuekit.graph.payload import parse_graph
from venuekit.instrument import Instrument
from venuekit.units import format_qty, parse_qty
from venuekit_engine.market.candidates import Access, anyone
from venuekit_engine.market.terms import Terms
from venuekit_engine.runtime.decide import decide, leg_id

BIDS = [("99", "5")]


@pytest.fixture
def market() -> HandMarket:
    """Two venues; alpha sells for less."""
    market = HandMarket()
    market.put(BIDS, [("101", "5")], "alpha")
    market.put(BIDS, [("103", "5")], "beta")
    return market


def outcome(market: HandMarket, access: object = anyone, **asked: object) -> Routed | NodeRejected:
    payload = {"symbol": "BTC-USD", "side": "buy"} | asked
    node = parse_graph(payload, client_id="c", graph_id="g", sandbox=True).nodes[0]
    return decide("g", node, market.hub, market.clock.now(), access=access, terms=Terms())  # type: ignore[arg-type]


def routed(market: HandMarket, **asked: object) -> Routed:
    found = outcome(market, **asked)
    assert isinstance(found, Routed)
    return found


def test_fill_or_kill_goes_where_the_whole_costs_least_and_not_where_the_spread_is_narrow(market: HandMarket) -> None:
    market.put([("101.99", "5")], [("102", "5")], "beta")
    assert [leg.venue for leg in routed(market, qty=1, tif="FOK").legs] == ["alpha"]


def test_fill_or_kill_goes_where_the_whole_is(market: HandMarket) -> None:
    market.put(BIDS, [("103", "9")], "beta")
    assert [(leg.venue, leg.qty) for leg in routed(market, qty=7, tif="FOK").legs] == [("beta", parse_qty("7"))]


def test_fill_or_kill_that_needs_two_venues_is_refused(market: HandMarket) -> None:
    found = outcome(market, qty=7, tif="FOK")
    assert isinstance(found, NodeRejected)
    assert found.reason is RejectReason.EXCHANGE_REJECT


def test_a_notional_buys_at_the_best_ask_and_sells_at_the_best_bid(market: HandMarket) -> None:
    assert routed(market, notional=101).target == parse_qty("1")
    market.put([("100", "5")], [("103", "5")], "beta")
    assert routed(market, notional=100, side="sell").target == parse_qty("1")


def test_a_pinned_notional_is_counted_at_the_price_and_lot_of_its_venue(market: HandMarket) -> None:
    assert routed(market, notional=103, venue="beta").target == parse_qty("1")


def test_a_notional_without_a_price_is_refused(market: HandMarket) -> None:
    for venue in ("alpha", "beta"):
        market.put(BIDS, [], venue)
    found = outcome(market, notional=100)
    assert isinstance(found, NodeRejected)
    assert found.reason is RejectReason.STALE_VENUE


def test_the_decision_names_the_arrival_prices_of_all_venues(market: HandMarket) -> None:
    market.put([("100", "5")], [("103", "5")], "beta")
    found = routed(market, qty=1, venue="beta")
    assert (found.bid, found.ask) == (100 * 10**9, 101 * 10**9)
    assert found.excluded == {"alpha": "BAD_VENUE: the order is pinned to beta"}


def test_what_was_not_placed_is_said_with_the_reason(market: HandMarket) -> None:
    found = routed(market, qty=12)
    assert (found.target, found.residual, found.reason) == (
        parse_qty("12"), parse_qty("2"), "the books hold no more",
    )  # fmt: skip


def test_a_venue_that_lists_it_and_has_no_book_is_named(market: HandMarket) -> None:
    market.put(BIDS, [("100", "5")], "gamma")
    market.hub.detach("gamma", "BTC-USD")
    assert routed(market, qty=1).excluded == {"gamma": "STALE_VENUE: no book yet"}


def test_where_a_client_may_not_trade_nothing_is_placed(market: HandMarket) -> None:
    def access(venue: str, instrument: Instrument, book: Book) -> Access:
        return book, venue == "beta", None

    found = outcome(market, access, qty=1)
    assert isinstance(found, Routed)
    assert [leg.venue for leg in found.legs] == ["beta"]
    assert found.excluded == {"alpha": "AUTH: no credentials"}


def test_child_orders_have_names_of_their_own_that_are_the_same_each_time(market: HandMarket) -> None:
    names = [leg.client_id for leg in routed(market, qty=10).legs]
    assert names == [leg_id("graph:g:order:1", index) for index in (0, 1)]
    assert len(set(names)) == 2
    assert all(len(name) == 32 for name in names)


def test_what_takes_and_rests_at_one_venue_is_one_order_where_its_whole_price_can_be_held_back(
    market: HandMarket,
) -> None:
    def with_free(usd: str) -> list[tuple[str, str]]:
        def access(venue: str, instrument: Instrument, book: Book) -> Access:
            return book, True, parse_qty(usd)

        found = outcome(market, access, qty=8, price=110, venue="alpha")
        assert isinstance(found, Routed)
        return [(format_qty(leg.qty), leg.tif.value) for leg in found.legs]

    assert with_free("1000") == [("8", "GTC")]
    two = with_free("860")  # 8 at 110 with the fee hold back 880.88
    assert [tif for _, tif in two] == ["IOC", "GTC"]
    assert two[0] == ("5", "IOC")
