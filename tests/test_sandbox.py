"""The paper desk fills as the book says, at its prices, and never twice the same quantity."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts.market import MAKER, HandMarket, instrument
from venuekit.errors import Refused, RejectReason
from venuekit.fill import Liquidity
from venuekit.lifecycle import OrderState
from venuekit.market import TradePrint
from venuekit.order import NewOrder, OrderId, OrderType, TimeInForce
from venuekit.side import Side
from venuekit.units import (
    NANOS_PER_S,
    Nanos,
    Px,
    Qty,
    fee_of,
    format_px,
    format_qty,
    notional,
    parse_px,
    parse_qty,
    parse_usd,
)
from venuekit_engine.desk.desk import Told
from venuekit_engine.sandbox.desk import PaperDesk
from venuekit_engine.sandbox.shadow import MAX_LEVELS, Shadow

BIDS = [("99.98", "1"), ("99.97", "2"), ("99.90", "5")]
ASKS = [("100.02", "1"), ("100.03", "2"), ("100.10", "5")]


class Floor:
    """A paper desk on a market set by hand."""

    def __init__(self) -> None:
        self.market = HandMarket()
        self.heard: list[tuple[str, Told]] = []
        self.watching = 0
        self.desk = PaperDesk(
            "alpha",
            self.market.hub,
            self.market.clock.now,
            lambda leg, told: self.heard.append((leg, told)),
            self.watch,
        )
        self.market.put(BIDS, ASKS)

    def watch(self, desk: PaperDesk, symbol: str) -> Callable[[], None]:
        self.watching += 1
        ends = (
            self.market.hub.on_book(lambda _, changed: desk.on_book(changed), "alpha", symbol),
            self.market.hub.on_trades(lambda _, trades: desk.on_trades(symbol, trades), "alpha", symbol),
        )

        def end() -> None:
            self.watching -= 1
            for each in ends:
                each()

        return end

    def order(self, side: Side, qty: str, px: str | None = None, name: str = "o1", **changes: object) -> NewOrder:
        fields: dict[str, object] = {
            "client_id": name, "instrument": instrument(), "side": side, "qty": parse_qty(qty),
            "type": OrderType.MARKET if px is None else OrderType.LIMIT, "px": None if px is None else parse_px(px),
            "tif": TimeInForce.IOC if px is None else TimeInForce.GTC,
        }  # fmt: skip
        return NewOrder(**(fields | changes))  # type: ignore[arg-type]

    def trade(self, taker: Side, px: str, qty: str) -> None:
        print_ = TradePrint("BTC-USD", "p1", parse_px(px), parse_qty(qty), taker, Nanos(0))
        self.market.hub.tell_trades("alpha", [print_])


@pytest.fixture
def floor() -> Floor:
    return Floor()


def shown(told: Told) -> list[tuple[str, str]]:
    return [(format_px(fill.px), format_qty(fill.qty)) for fill in told.fills]


def test_a_market_buy_walks_the_asks(floor: Floor) -> None:
    told = floor.desk.fill(floor.order(Side.BUY, "2.5"))
    assert (told.state, shown(told)) == (OrderState.FILLED, [("100.02", "1"), ("100.03", "1.5")])
    assert all(fill.liquidity is Liquidity.TAKER and fill.fee_asset == "USD" for fill in told.fills)
    assert told.fills[0].fee == parse_usd("0.10002")  # ten basis points of 100.02


def test_what_the_book_lacks_is_cancelled(floor: Floor) -> None:
    told = floor.desk.fill(floor.order(Side.SELL, "9"))
    assert (told.state, sum(fill.qty for fill in told.fills)) == (OrderState.CANCELLED, parse_qty("8"))


def test_the_same_quantity_is_not_taken_twice(floor: Floor) -> None:
    floor.desk.fill(floor.order(Side.BUY, "1", name="first"))
    told = floor.desk.fill(floor.order(Side.BUY, "1", name="second"))
    assert shown(told) == [("100.03", "1")]


def test_a_level_that_changed_is_fresh_again(floor: Floor) -> None:
    floor.desk.fill(floor.order(Side.BUY, "1", name="first"))
    floor.market.put(BIDS, [("100.02", "0.7"), *ASKS[1:]])
    assert shown(floor.desk.fill(floor.order(Side.BUY, "0.7", name="second"))) == [("100.02", "0.7")]


async def test_takes_are_forgotten_with_time(floor: Floor) -> None:
    floor.desk.fill(floor.order(Side.BUY, "1", name="first"))
    await floor.market.clock.advance(11)
    floor.market.put(BIDS, ASKS)
    assert shown(floor.desk.fill(floor.order(Side.BUY, "1", name="second"))) == [("100.02", "1")]


def test_the_router_sees_the_book_without_our_takes(floor: Floor) -> None:
    book = floor.market.books["alpha", "BTC-USD"]
    floor.desk.fill(floor.order(Side.BUY, "1.5"))
    seen = floor.desk.view("BTC-USD", book, Side.BUY, floor.market.clock.now())
    assert [(format_px(px), format_qty(qty)) for px, qty in seen.asks.levels(2)] == [("100.03", "1.5"), ("100.1", "5")]
    assert format_px(book.asks.px) == "100.02"
    assert floor.desk.view("BTC-USD", book, Side.SELL, floor.market.clock.now()) is book


def test_a_limit_takes_to_its_price_and_rests_with_what_is_left(floor: Floor) -> None:
    told = floor.desk.fill(floor.order(Side.BUY, "2", "100.02"))
    assert (told.state, shown(told)) == (OrderState.PARTIAL, [("100.02", "1")])
    assert floor.desk.open_count == 1


def test_an_ioc_limit_does_not_rest(floor: Floor) -> None:
    told = floor.desk.fill(floor.order(Side.BUY, "2", "100.02", tif=TimeInForce.IOC))
    assert (told.state, floor.desk.open_count) == (OrderState.CANCELLED, 0)


def test_fill_or_kill_takes_all_or_nothing(floor: Floor) -> None:
    told = floor.desk.fill(floor.order(Side.BUY, "2", "100.02", tif=TimeInForce.FOK))
    assert (told.state, told.fills) == (OrderState.CANCELLED, ())
    assert floor.desk.fill(floor.order(Side.BUY, "3", "100.03", tif=TimeInForce.FOK)).state is OrderState.FILLED


def test_post_only_that_would_trade_is_refused(floor: Floor) -> None:
    with pytest.raises(Refused, match="post-only"):
        floor.desk.fill(floor.order(Side.BUY, "1", "100.02", post_only=True))
    assert floor.desk.fill(floor.order(Side.BUY, "1", "100.01", post_only=True)).state is OrderState.ACCEPTED


@pytest.mark.parametrize(
    ("bids", "asks", "word"),
    [([], [], "empty"), ([("100.05", "1")], [("100.02", "1")], "crossed")],
)
def test_no_fill_is_made_on_a_book_that_may_not_be_used(
    floor: Floor, bids: list[tuple[str, str]], asks: list[tuple[str, str]], word: str
) -> None:
    floor.market.put(bids, asks)
    with pytest.raises(Refused, match=word) as caught:
        floor.desk.fill(floor.order(Side.BUY, "1"))
    assert caught.value.reason is RejectReason.STALE_VENUE


async def test_a_stale_book_is_refused_with_its_age(floor: Floor) -> None:
    await floor.market.clock.advance(60)
    with pytest.raises(Refused, match="stale"):
        floor.desk.fill(floor.order(Side.BUY, "1"))


def test_one_side_serves_only_itself(floor: Floor) -> None:
    floor.market.put(BIDS, [])
    assert floor.desk.fill(floor.order(Side.SELL, "1")).state is OrderState.FILLED
    with pytest.raises(Refused, match="no sell side"):
        floor.desk.fill(floor.order(Side.BUY, "1", name="o2"))


def test_a_resting_order_fills_when_the_market_trades_through_it(floor: Floor) -> None:
    floor.desk.fill(floor.order(Side.BUY, "1", "99.95"))
    floor.trade(Side.SELL, "99.95", "5")
    assert floor.heard == []  # at the price: others were there before us
    floor.trade(Side.SELL, "99.94", "0.4")
    floor.trade(Side.SELL, "99.94", "5")
    assert [(told.state, shown(told)) for _, told in floor.heard] == [
        (OrderState.PARTIAL, [("99.95", "0.4")]),
        (OrderState.FILLED, [("99.95", "0.6")]),
    ]
    fill = floor.heard[0][1].fills[0]
    assert fill.liquidity is Liquidity.MAKER
    assert fill.fee == fee_of(notional(fill.px, fill.qty), MAKER)


def test_a_trade_of_the_other_side_fills_nothing(floor: Floor) -> None:
    floor.desk.fill(floor.order(Side.BUY, "1", "99.95"))
    floor.trade(Side.BUY, "99.90", "5")
    assert floor.heard == []


def test_a_resting_order_fills_when_the_book_crosses_it(floor: Floor) -> None:
    floor.desk.fill(floor.order(Side.SELL, "1.5", "100.01"))
    floor.market.put([("100.02", "1"), ("99.90", "3")], [("100.20", "1")])
    assert [(told.state, shown(told)) for _, told in floor.heard] == [(OrderState.PARTIAL, [("100.01", "1")])]


def test_better_prices_fill_first_and_older_ones_at_a_price(floor: Floor) -> None:
    for name, px in (("low", "99.94"), ("first", "99.95"), ("second", "99.95")):
        floor.desk.fill(floor.order(Side.BUY, "1", px, name=name))
    floor.trade(Side.SELL, "99.93", "2.5")
    assert [leg for leg, _ in floor.heard] == ["first", "second", "low"]


async def test_a_cancelled_order_is_gone(floor: Floor) -> None:
    floor.desk.fill(floor.order(Side.BUY, "1", "99.95"))
    order = OrderId(instrument(), "o1")
    assert (await floor.desk.find(order, Nanos(0))) is not None
    ended = await floor.desk.cancel(order)
    assert ended.state is OrderState.CANCELLED
    assert await floor.desk.find(order, Nanos(0)) is None
    floor.trade(Side.SELL, "90", "5")
    assert floor.heard == []


async def test_the_market_is_watched_only_while_an_order_rests(floor: Floor) -> None:
    assert floor.watching == 0
    floor.desk.fill(floor.order(Side.BUY, "1", "99.95", name="a"))
    floor.desk.fill(floor.order(Side.SELL, "1", "101", name="b"))
    assert floor.watching == 1
    await floor.desk.cancel(OrderId(instrument(), "a"))
    assert floor.watching == 1
    await floor.desk.cancel(OrderId(instrument(), "b"))
    assert floor.watching == 0


@given(st.lists(st.tuples(st.sampled_from(list(Side)), st.integers(1, 60_000)), min_size=1, max_size=8))
def test_all_orders_together_never_take_more_than_is_displayed(orders: list[tuple[Side, int]]) -> None:
    floor = Floor()
    taken = {Side.BUY: 0, Side.SELL: 0}
    for index, (side, units) in enumerate(orders):
        order = floor.order(side, format_qty(Qty(units * 10_000)), name=f"o{index}")
        told = floor.desk.fill(order)
        filled = sum(fill.qty for fill in told.fills)
        assert filled <= order.qty
        taken[side] += filled
        prices = [fill.px * side.sign for fill in told.fills]
        assert prices == sorted(prices)
    assert max(taken.values()) <= parse_qty("8")


def test_a_trade_fills_no_more_than_its_quantity_over_all_orders(floor: Floor) -> None:
    for name in ("a", "b", "c"):
        floor.desk.fill(floor.order(Side.BUY, "1", "99.95", name=name))
    floor.trade(Side.SELL, "99.90", "1.5")
    assert [(leg, shown(told)) for leg, told in floor.heard] == [("a", [("99.95", "1")]), ("b", [("99.95", "0.5")])]


def test_every_fill_of_an_order_has_an_id_of_its_own(floor: Floor) -> None:
    taken = floor.desk.fill(floor.order(Side.BUY, "3", "100.02"))
    for _ in range(2):
        floor.trade(Side.SELL, "100.01", "0.5")
    fills = [*taken.fills, *(fill for _, told in floor.heard for fill in told.fills)]
    assert [fill.trade_id for fill in fills] == ["o1-1", "o1-2", "o1-3"]


def test_a_limit_rests_with_what_it_did_not_take(floor: Floor) -> None:
    floor.desk.fill(floor.order(Side.BUY, "3", "100.02"))
    floor.trade(Side.SELL, "100.01", "9")
    assert [(told.state, shown(told)) for _, told in floor.heard] == [(OrderState.FILLED, [("100.02", "2")])]


def test_orders_that_a_book_crosses_share_what_it_shows(floor: Floor) -> None:
    for name in ("a", "b"):
        floor.desk.fill(floor.order(Side.BUY, "1", "100.00", name=name))
    floor.market.put(BIDS[1:], [("100.00", "1.2"), ("100.03", "9")])
    assert [(leg, shown(told)) for leg, told in floor.heard] == [("a", [("100", "1")]), ("b", [("100", "0.2")])]
    floor.market.hub.channel("alpha", "BTC-USD").tell_book()
    assert len(floor.heard) == 2, "the same quantity twice"


def test_a_book_at_the_price_of_an_order_fills_it(floor: Floor) -> None:
    floor.desk.fill(floor.order(Side.BUY, "1", "100.01"))
    floor.market.put(BIDS, [("100.01", "5")])
    assert [shown(told) for _, told in floor.heard] == [[("100.01", "1")]]


def test_a_crossed_book_that_walks_several_levels_fills_once_each(floor: Floor) -> None:
    floor.desk.fill(floor.order(Side.BUY, "1.5", "100.01"))
    floor.market.put(BIDS, [("100.00", "1"), ("100.01", "5")])
    assert [shown(told) for _, told in floor.heard] == [[("100.01", "1")], [("100.01", "0.5")]]
    assert floor.desk.open_count == 0


@pytest.mark.parametrize("how", ["crossed", "distrusted"])
def test_no_resting_order_is_filled_on_a_book_that_may_not_be_used(floor: Floor, how: str) -> None:
    floor.desk.fill(floor.order(Side.BUY, "1", "100.01"))
    if how == "crossed":
        floor.market.put([("100.05", "1")], [("100.00", "5")])
    else:
        book = floor.market.books["alpha", "BTC-USD"]
        floor.market.put(BIDS, [("100.02", "5")])
        book.asks.set_all([(parse_px("100.00"), parse_qty("5"))])
        book.distrust("a gap")
        floor.market.hub.channel("alpha", "BTC-USD").tell_book()
    assert floor.heard == []


def test_what_is_filled_does_not_rest_again_after_a_restart(floor: Floor) -> None:
    floor.desk.restore(floor.order(Side.BUY, "1", "99.95"), parse_qty("1"), 1)
    assert floor.desk.open_count == 0


async def test_an_order_that_rests_again_has_what_was_left_and_counts_on(floor: Floor) -> None:
    order = floor.order(Side.BUY, "3", "99.95")
    floor.desk.restore(order, parse_qty("1"), 2)
    found = await floor.desk.find(OrderId(instrument(), "o1"), Nanos(0))
    assert found is not None
    assert found.state is OrderState.PARTIAL
    floor.trade(Side.SELL, "99.90", "9")
    assert [(told.state, shown(told), told.fills[0].trade_id) for _, told in floor.heard] == [
        (OrderState.FILLED, [("99.95", "2")], "o1-3")
    ]


async def test_an_order_that_rests_in_full_is_accepted_and_no_more(floor: Floor) -> None:
    floor.desk.fill(floor.order(Side.BUY, "1", "99.95"))
    found = await floor.desk.find(OrderId(instrument(), "o1"), Nanos(0))
    assert found is not None
    assert found.state is OrderState.ACCEPTED


async def test_a_price_that_leaves_takes_no_other_along(floor: Floor) -> None:
    for name, px in (("low", "99.90"), ("high", "99.95")):
        floor.desk.fill(floor.order(Side.BUY, "1", px, name=name))
    await floor.desk.cancel(OrderId(instrument(), "low"))
    floor.trade(Side.SELL, "99.80", "9")
    assert [leg for leg, _ in floor.heard] == ["high"]


def test_a_fill_that_cannot_be_made_changes_nothing(floor: Floor) -> None:
    unpriced = instrument(fees=None)
    floor.desk.restore(floor.order(Side.BUY, "1", "99.95", instrument=unpriced), Qty(0), 0)
    floor.trade(Side.SELL, "99.90", "9")
    assert floor.heard == []
    assert floor.desk.open_count == 1


def test_takes_of_one_level_add_up(floor: Floor) -> None:
    for name in ("a", "b", "c"):
        floor.desk.fill(floor.order(Side.BUY, "0.4", name=name))
    told = floor.desk.fill(floor.order(Side.BUY, "0.1", name="d"))
    assert shown(told) == [("100.03", "0.1")]


def test_what_is_noted_of_takes_does_not_grow_for_ever() -> None:
    shadow = Shadow()
    for second in range(4 * MAX_LEVELS):
        shadow.take(Px(second + 1), Qty(1), Qty(2), Nanos(second * NANOS_PER_S))
    assert len(shadow._taken) <= MAX_LEVELS
