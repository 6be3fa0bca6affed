"""Clients that others wrote for Binance trade at our simulator, and understand what happened.

python-binance, Binance's own SDK and ccxt speak over loopback, each from an environment of its own. What is asserted is
what the client understood, held against the exchange behind the simulator, which counts in decimals of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.peers.binance_words import WORDS, Words
from tests.peers.desk import Desk
from tests.peers.peer import Peer
from tests.peers.seen import Seen
from venuekit_testkit.simulate.binance.face import BinanceSimulator
from venuekit_testkit.simulate.binance.keys import KEYS
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.server import Server

SYMBOL: Final = "BTCUSDT"
D: Final = Decimal

# What each client raises for a refusal, beside the venue's code, which all three pass on.
REFUSALS: Final = {
    "bad_signature": (-1022, {"binance_sdk": "BadRequestError", "ccxt_binance": "AuthenticationError"}),
    "no_funds": (-2010, {"binance_sdk": "BadRequestError", "ccxt_binance": "InsufficientFunds"}),
    "same_id": (-2010, {"binance_sdk": "BadRequestError", "ccxt_binance": "InvalidOrder"}),
    "would_take": (-2010, {"binance_sdk": "BadRequestError", "ccxt_binance": "OrderImmediatelyFillable"}),
    "off_tick": (-1013, {"binance_sdk": "BadRequestError"}),
    "no_such_order": (-2013, {"binance_sdk": "BadRequestError", "ccxt_binance": "OrderNotFound"}),
    "nothing_to_cancel": (-2011, {"binance_sdk": "BadRequestError", "ccxt_binance": "OrderNotFound"}),
}


def only(*clients: str) -> pytest.MarkDecorator:
    """Leave a test to the clients that can."""
    return pytest.mark.parametrize("desk", clients, indirect=True)


class BinanceDesk(Desk):
    """A desk that knows the client's words and the one market."""

    @property
    def words(self) -> Words:
        return WORDS[self.peer.name]

    @property
    def symbol(self) -> str:
        return self.words.symbol("BTC", "USDT")

    def connection(self, **other: str) -> dict[str, str]:
        proof = {"key": KEYS["HMAC"]["api_key"], "secret": KEYS["HMAC"]["api_secret"]}
        return {**self.at, "ws_api": f"{self.at['stream']}/ws-api/v3", **proof, **other}

    def order(self, side: str = "BUY", qty: str = "0.1", client_id: str = "peer-1", **kind: str) -> dict[str, str]:
        return {"symbol": self.symbol, "side": side, "qty": qty, "client_id": client_id, **kind}

    async def place(self, **order: str) -> Seen:
        return self.words.order(await self.do("place", **self.order(**order)))

    async def query(self, **which: Any) -> Seen:
        return self.words.order(await self.do("query", symbol=self.symbol, **which))

    async def orders(self) -> list[Seen]:
        return [self.words.order(told) for told in await self.do("open_orders", symbol=self.symbol)]

    def best(self, side: str) -> Decimal:
        """Give the best price of a side, as the exchange has it."""
        return self.exchange.books[SYMBOL].levels(side)[0][0]

    def below(self) -> str:
        """Give a price that rests: ten ticks under the best bid."""
        return str(self.best("buy") - 10 * self.exchange.markets[SYMBOL].tick)

    def assert_refused(self, error: dict[str, Any], how: str) -> None:
        code, kinds = REFUSALS[how]
        assert error.get("code", code) == code, error  # ccxt leaves it out where it has a class for the words
        assert kinds.get(self.peer.name, "BinanceAPIException") in error["is"], error


@pytest.fixture(params=sorted(WORDS))
async def desk(request: pytest.FixtureRequest, peers: Callable[[str], Peer]) -> AsyncIterator[BinanceDesk]:
    async with Server(BinanceSimulator()) as server:
        desk = BinanceDesk(peers(request.param), server)
        await desk.do("connect", **desk.connection())
        yield desk
        await desk.ask("disconnect")


def seen(order: Order) -> Seen:
    """Say what the exchange has as a client would."""
    return Seen(str(order.id), order.client_id, order.status.value, order.qty, order.filled, order.paid)


def test_each_client_can_do_what_its_docs_say(peers: Callable[[str], Peer]) -> None:
    """Where one learnt more, give it the tests that are marked `only` for others."""
    able = {name: set(peers(name).actions) for name in WORDS}
    everybody = set.intersection(*able.values())
    more = {name: actions - everybody for name, actions in able.items()}
    assert more == {"binance_sdk": {"amend"}, "ccxt_binance": set(), "python_binance": set()}


# ── what is public ──


async def test_a_client_reads_the_market(desk: BinanceDesk) -> None:
    told = await desk.do("exchange_info", symbol=desk.symbol)
    market = desk.exchange.markets[SYMBOL]
    assert SYMBOL in str(told)
    assert str(market.tick.normalize()) in str(told)


async def test_a_client_reads_the_book(desk: BinanceDesk) -> None:
    book = desk.words.book(await desk.do("book", symbol=desk.symbol), [])
    resting = desk.exchange.books[SYMBOL]
    assert book.bids == resting.levels("buy")
    assert book.asks == resting.levels("sell")


@pytest.mark.parametrize("kind", KEYS)
async def test_each_kind_of_key_opens_the_account(desk: BinanceDesk, kind: str) -> None:
    await desk.do("connect", **desk.connection(key=KEYS[kind]["api_key"], secret=KEYS[kind]["api_secret"]))
    assert desk.words.holdings(await desk.do("account"))
    await desk.place(price=desk.below())
    await desk.do("watch_account")


# ── an order's life ──


async def test_an_order_that_rests_is_known_by_both_its_names(desk: BinanceDesk) -> None:
    placed = await desk.place(price=desk.below())
    really = desk.really("peer-1")
    assert placed == seen(really)
    assert placed.state == "open"
    assert await desk.query(client_id="peer-1") == placed
    assert await desk.query(order_id=really.id) == placed
    assert await desk.orders() == [placed]


async def test_a_partial_fill_is_counted_and_paid_for(desk: BinanceDesk) -> None:
    await desk.place(price=desk.below())
    desk.exchange.fill(desk.really("peer-1"), D("0.04"))
    told = await desk.query(client_id="peer-1")
    assert told == seen(desk.really("peer-1"))
    assert (told.state, told.filled) == ("open", D("0.04"))


async def test_a_crossing_order_trades_at_the_makers_price(desk: BinanceDesk) -> None:
    ask = desk.best("sell")
    placed = await desk.place(price=str(ask))
    assert (placed.state, placed.filled, placed.paid) == ("filled", D("0.1"), D("0.1") * ask)
    (trade,) = [desk.words.trade(told) for told in await desk.do("trades", symbol=desk.symbol)]
    (execution,) = desk.really("peer-1").executions
    assert trade == (placed.id, ask, D("0.1"), execution.fee, False)
    assert await desk.orders() == []


async def test_a_market_order_needs_no_price(desk: BinanceDesk) -> None:
    placed = await desk.place(side="SELL")
    assert placed == seen(desk.really("peer-1"))
    assert (placed.state, placed.paid) == ("filled", D("0.1") * desk.best("buy"))


async def test_what_cannot_trade_at_once_expires(desk: BinanceDesk) -> None:
    placed = await desk.place(price=desk.below(), type="LIMIT", tif="IOC")
    assert (placed.state, placed.filled) == ("expired", D(0))


async def test_money_is_what_the_exchange_counts(desk: BinanceDesk) -> None:
    await desk.place(price=desk.below())
    await desk.place(price=str(desk.best("sell")), client_id="peer-2")
    told = desk.words.holdings(await desk.do("account"))
    for asset, held in desk.account.assets.items():
        if held.total:
            assert told[asset] == (held.free, held.locked), asset


@only("binance_sdk")
async def test_a_shrunk_order_keeps_its_number_and_its_place(desk: BinanceDesk) -> None:
    placed = await desk.place(price=desk.below())
    place = desk.really("peer-1").place
    told = await desk.do("amend", symbol=desk.symbol, order_id=int(placed.id), qty="0.06", client_id="peer-2")
    amended = desk.words.order(told)
    assert (amended.id, amended.client_id, amended.qty) == (placed.id, "peer-2", D("0.06"))
    assert desk.really("peer-2").place == place


async def test_a_replaced_order_is_a_new_one(desk: BinanceDesk) -> None:
    placed = await desk.place(price=desk.below())
    words = {"symbol": desk.symbol, "order_id": int(placed.id), "side": "BUY", "qty": "0.2", "client_id": "peer-2"}
    replaced = desk.words.order(desk.words.replaced(await desk.do("replace", price=desk.below(), **words)))
    assert replaced == seen(desk.really("peer-2"))
    assert replaced.id != placed.id
    assert (await desk.query(order_id=int(placed.id))).state == "cancelled"
    assert await desk.orders() == [replaced]


async def test_a_cancelled_order_is_over(desk: BinanceDesk) -> None:
    placed = await desk.place(price=desk.below())
    told = desk.words.order(await desk.do("cancel", symbol=desk.symbol, client_id="peer-1"))
    assert (told.id, told.state) == (placed.id, "cancelled")
    assert (await desk.query(client_id="peer-1")).state == "cancelled"
    assert await desk.orders() == []


async def test_all_orders_go_at_once(desk: BinanceDesk) -> None:
    placed = [await desk.place(price=desk.below(), client_id=name) for name in ("peer-1", "peer-2")]
    told = [desk.words.order(row) for row in await desk.do("cancel_all", symbol=desk.symbol)]
    assert {each.id for each in told} == {each.id for each in placed}
    assert {each.state for each in told} == {"cancelled"}
    assert desk.exchange.open_orders() == []


# ── refusals ──


async def test_a_bad_signature_is_told_apart(desk: BinanceDesk) -> None:
    await desk.do("connect", **desk.connection(secret="another"))
    desk.assert_refused(await desk.refused("account"), "bad_signature")


async def test_what_is_not_there_cannot_be_spent(desk: BinanceDesk) -> None:
    error = await desk.refused("place", **desk.order(qty="4000", price=desk.below()))
    desk.assert_refused(error, "no_funds")
    assert desk.exchange.mine() == []


async def test_a_client_id_in_use_is_refused(desk: BinanceDesk) -> None:
    await desk.place(price=desk.below())
    desk.assert_refused(await desk.refused("place", **desk.order(price=desk.below())), "same_id")
    assert len(desk.exchange.mine()) == 1


async def test_a_maker_that_would_take_is_refused(desk: BinanceDesk) -> None:
    order = desk.order(price=str(desk.best("sell")), type="LIMIT_MAKER")
    desk.assert_refused(await desk.refused("place", **order), "would_take")


@only("binance_sdk", "python_binance")  # ccxt rounds to the grid by itself
async def test_a_price_off_the_grid_is_refused(desk: BinanceDesk) -> None:
    desk.assert_refused(await desk.refused("place", **desk.order(price="60000.001")), "off_tick")


async def test_an_unknown_order_is_not_found(desk: BinanceDesk) -> None:
    desk.assert_refused(await desk.refused("query", symbol=desk.symbol, order_id=77), "no_such_order")
    desk.assert_refused(await desk.refused("cancel", symbol=desk.symbol, order_id=77), "nothing_to_cancel")


async def test_an_order_that_is_over_cannot_be_cancelled(desk: BinanceDesk) -> None:
    placed = await desk.place(price=str(desk.best("sell")))
    error = await desk.refused("cancel", symbol=desk.symbol, order_id=int(placed.id))
    desk.assert_refused(error, "nothing_to_cancel")


# ── silence ──


async def test_after_an_answer_that_was_lost_the_order_is_found(desk: BinanceDesk) -> None:
    desk.plan(Fault.ERROR_AFTER, "submit")
    await desk.silent("place", **desk.order(price=desk.below()))
    assert await desk.query(client_id="peer-1") == seen(desk.really("peer-1"))


async def test_too_many_requests_are_told_as_such(desk: BinanceDesk) -> None:
    desk.plan(Fault.RATE_LIMIT, "submit")
    error = await desk.refused("place", **desk.order(price=desk.below()))
    names = {"binance_sdk": "TooManyRequestsError", "ccxt_binance": "DDoSProtection"}
    assert names.get(desk.peer.name, "BinanceAPIException") in error["is"], error
    assert error["code"] == -1003
    assert desk.exchange.mine() == []


# ── streams ──


async def test_the_depth_stream_keeps_the_book(desk: BinanceDesk) -> None:
    await desk.do("watch_depth", symbol=desk.symbol)
    snapshot = await desk.do("book", symbol=desk.symbol)
    await desk.place(price=desk.below())
    resting = desk.exchange.books[SYMBOL]

    def is_there(events: list[Any]) -> bool:
        book = desk.words.book(snapshot, events)
        return (book.bids, book.asks) == (resting.levels("buy"), resting.levels("sell"))

    await desk.until("depth", is_there)


async def test_the_account_stream_tells_each_step(desk: BinanceDesk) -> None:
    async def hear() -> Seen:
        """Wait for the next word of an order; ccxt tells only the newest if several came meanwhile."""
        events = await desk.until("account", lambda events: any(map(desk.words.reports, events)))
        return list(desk.words.reports(events[-1]))[-1]

    await desk.do("watch_account")
    await desk.place(price=desk.below())
    order = desk.really("peer-1")
    assert await hear() == seen(order)
    desk.exchange.fill(order, D("0.04"))
    assert await hear() == seen(order)
    await desk.do("cancel", symbol=desk.symbol, client_id="peer-1")
    last = await hear()
    assert last == seen(order)
    assert (last.state, last.filled) == ("cancelled", D("0.04"))
