"""Clients that others wrote for Kalshi trade at our simulator, and understand what happened.

Kalshi's own SDK, kalshi-sdk and ccxt speak over loopback, each from an environment of its own. What is asserted is what
the client understood, held against the exchange behind the simulator, which counts in decimals of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.peers.desk import Desk
from tests.peers.kalshi_words import WORDS, Placed, Words, reports
from tests.peers.peer import Peer
from tests.peers.seen import Seen
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.kalshi.face import KalshiSimulator
from venuekit_testkit.simulate.kalshi.keys import ED25519_ID, ED25519_PEM, RSA_ID, RSA_PEM
from venuekit_testkit.simulate.kalshi.shape import ident
from venuekit_testkit.simulate.server import Server

D: Final = Decimal

# What each client raises for a refusal, beside the venue's code, which all three pass on. ccxt has a class for few.
CLIENTS: Final = ("kalshi_sync", "kalshi_sdk", "ccxt_kalshi")
REFUSALS: Final = {
    "authentication_error": ("UnauthorizedException", "KalshiAuthError", "AuthenticationError"),
    "insufficient_balance": ("BadRequestException", "KalshiValidationError", "BadRequest"),
    "order_already_exists": ("ConflictException", "KalshiConflictError", "ExchangeNotAvailable"),
    "not_found": ("NotFoundException", "KalshiNotFoundError", "BadSymbol"),
    "invalid_order": ("BadRequestException", "KalshiValidationError", "InvalidOrder"),
    "fill_or_kill_insufficient_resting_volume": ("ConflictException", "KalshiConflictError", "OrderNotFillable"),
}


def only(*clients: str) -> pytest.MarkDecorator:
    """Leave a test to the clients that can."""
    return pytest.mark.parametrize("desk", clients, indirect=True)


class KalshiDesk(Desk):
    """A desk that knows the client's words and one market."""

    @property
    def words(self) -> Words:
        return WORDS[self.peer.name]

    @property
    def ticker(self) -> str:
        """Give a market of shard 0, where a cancel goes that names none, as ccxt's does."""
        return "KXHIGHNY-27DEC24-B50.5"

    def connection(self, **other: str) -> dict[str, str]:
        return {**self.at, "key": RSA_ID, "pem": RSA_PEM, **other}

    def order(self, side: str = "bid", qty: str = "5", client_id: str = "peer-1", **more: Any) -> dict[str, Any]:
        words = {"ticker": self.ticker, "side": side, "qty": qty, "client_id": client_id, "price": self.below()}
        return {**words, **more}

    async def place(self, **order: Any) -> Placed:
        return self.words.placed(await self.do("place", **self.order(**order)))

    async def query(self, client_id: str = "peer-1") -> Seen:
        return self.words.order(await self.do("query", order_id=self.number(client_id)))

    async def orders(self, status: str | None = None) -> list[Seen]:
        return [self.words.order(told) for told in await self.do("orders", ticker=self.ticker, status=status)]

    def number(self, client_id: str = "peer-1") -> str:
        """Give the venue's number of an order, as the exchange has it."""
        return ident("order", self.really(client_id).id)

    def seen(self, client_id: str = "peer-1") -> Seen:
        """Say what the exchange has as a client would."""
        order = self.really(client_id)
        return Seen(self.number(client_id), order.client_id, order.status.value, order.qty, order.filled)

    def best(self, side: str) -> Decimal:
        """Give the best price of a side, as the exchange has it."""
        return self.exchange.books[self.ticker].levels(side)[0][0]

    def below(self) -> str:
        """Give a price that rests: five cents under the best bid."""
        return f"{self.best('buy') - D('0.05'):f}"

    def holds_the_book(self, events: list[Any]) -> bool:
        """Tell whether the newest book that the stream gave is the exchange's."""
        book, resting = self.words.book(events[-1]) if events else None, self.exchange.books[self.ticker]
        return book == (resting.levels("buy"), resting.levels("sell"))

    def assert_refused(self, error: dict[str, Any], code: str) -> None:
        """Hold an error against the table."""
        assert dict(zip(CLIENTS, REFUSALS[code], strict=True))[self.peer.name] in error["is"], error
        assert code in error["message"] or error.get("code") == code, error


@pytest.fixture(params=sorted(WORDS))
async def desk(request: pytest.FixtureRequest, peers: Callable[[str], Peer]) -> AsyncIterator[KalshiDesk]:
    async with Server(KalshiSimulator()) as server:
        desk = KalshiDesk(peers(request.param), server)
        await desk.do("connect", **desk.connection())
        yield desk
        await desk.ask("disconnect")


def test_each_client_can_do_what_its_docs_say(peers: Callable[[str], Peer]) -> None:
    """Where one learnt more, give it the tests that are marked `only` for others."""
    whole = {"market", "amend", "decrease", "place_many", "cancel_many"}
    streams = {"watch_book", "watch_account"}
    more = {
        "ccxt_kalshi": {"cancel_all", "retired"},
        "kalshi_sdk": whole | streams | {"cancel_all"},
        "kalshi_sync": whole,
    }
    able = {name: set(peers(name).actions) for name in WORDS}
    everybody = set.intersection(*able.values())
    assert {name: actions - everybody for name, actions in able.items()} == more


# ── what is public ──


async def test_a_client_reads_that_the_exchange_is_open(desk: KalshiDesk) -> None:
    told = await desk.do("status")
    assert told.get("status") == "ok" or told["trading_active"] is True


async def test_a_client_reads_the_open_markets(desk: KalshiDesk) -> None:
    told = await desk.do("markets")
    listed = {market.get("ticker") or market["id"] for market in told}
    assert listed == {symbol for symbol, market in desk.exchange.markets.items() if market.is_open}


@only("kalshi_sdk", "kalshi_sync")
async def test_a_client_reads_one_market(desk: KalshiDesk) -> None:
    told = await desk.do("market", ticker=desk.ticker)
    bid, ask = (told.get(f"{name}_dollars") or told[name] for name in ("yes_bid", "yes_ask"))
    assert (D(bid), D(ask)) == (desk.best("buy"), desk.best("sell"))


async def test_a_client_reads_the_book(desk: KalshiDesk) -> None:
    book = desk.words.book(await desk.do("book", ticker=desk.ticker))
    resting = desk.exchange.books[desk.ticker]
    assert (book.bids, book.asks) == (resting.levels("buy"), resting.levels("sell"))


@only("kalshi_sync")  # the others sign with RSA alone
async def test_an_ed25519_key_opens_the_account(desk: KalshiDesk) -> None:
    await desk.do("connect", **desk.connection(key=ED25519_ID, pem=ED25519_PEM))
    await desk.place()
    assert await desk.query() == desk.seen()


# ── an order's life ──


async def test_an_order_that_rests_is_found_again(desk: KalshiDesk) -> None:
    placed = await desk.place()
    assert placed == Placed(desk.number(), "peer-1", D(0), D(5))
    assert await desk.query() == desk.seen()
    assert await desk.orders("resting") == [desk.seen()]


async def test_a_partial_fill_is_counted(desk: KalshiDesk) -> None:
    await desk.place()
    desk.exchange.fill(desk.really("peer-1"), D(2))
    told = await desk.query()
    assert told == desk.seen()
    assert (told.state, told.filled) == ("open", D(2))


async def test_a_crossing_order_trades_at_the_makers_price(desk: KalshiDesk) -> None:
    ask = desk.best("sell")
    placed = await desk.place(price="0.60")
    assert placed == Placed(desk.number(), "peer-1", D(5), D(0))
    (fill,) = [desk.words.fill(told) for told in await desk.do("fills", ticker=desk.ticker)]
    (execution,) = desk.really("peer-1").executions
    assert fill == (placed.id, ask, D(5), execution.fee, False)
    assert await desk.orders("executed") == [desk.seen()]


async def test_an_ask_without_contracts_buys_the_other_outcome(desk: KalshiDesk) -> None:
    await desk.place(side="ask", price=f"{desk.best('buy'):f}")
    assert desk.words.positions(await desk.do("positions", ticker=desk.ticker)) == {desk.ticker: D(-5)}


async def test_a_position_and_the_cash_are_what_the_exchange_counts(desk: KalshiDesk) -> None:
    await desk.place(price="0.60")
    assert desk.words.positions(await desk.do("positions", ticker=desk.ticker)) == {desk.ticker: D(5)}
    told, free = desk.words.cash(await desk.do("balance")), sum(held.free for held in desk.account.assets.values())
    assert told.quantize(D("0.01"), ROUND_DOWN) == D(free).quantize(D("0.01"), ROUND_DOWN)


async def test_a_killed_order_is_no_order(desk: KalshiDesk) -> None:
    error = await desk.refused("place", **desk.order(price="0.60", qty="100000", tif="fill_or_kill"))
    desk.assert_refused(error, "fill_or_kill_insufficient_resting_volume")


@only("kalshi_sdk", "kalshi_sync")
async def test_an_amended_order_keeps_its_number(desk: KalshiDesk) -> None:
    placed = await desk.place()
    words = {"ticker": desk.ticker, "side": "bid", "price": "0.30", "qty": "7", "client_id": "peer-2"}
    told = await desk.do("amend", order_id=placed.id, **words)
    assert told["order_id"] == placed.id
    assert D(told["remaining_count"]) == 7
    assert await desk.query("peer-2") == desk.seen("peer-2")
    assert desk.really("peer-2").px == D("0.30")


@only("kalshi_sdk", "kalshi_sync")
async def test_a_decreased_order_keeps_its_place(desk: KalshiDesk) -> None:
    placed = await desk.place()
    place = desk.really("peer-1").place
    told = await desk.do("decrease", order_id=placed.id, ticker=desk.ticker, by="2")
    assert D(told["remaining_count"]) == 3
    assert (await desk.query()).state == "open"
    assert desk.really("peer-1").place == place


async def test_a_cancelled_order_is_over(desk: KalshiDesk) -> None:
    placed = await desk.place()
    await desk.do("cancel", order_id=placed.id, ticker=desk.ticker)
    assert (await desk.query()).state == "cancelled"
    assert await desk.orders("resting") == []


@only("kalshi_sdk", "kalshi_sync")
async def test_a_batch_takes_what_it_can(desk: KalshiDesk) -> None:
    orders = [desk.order(), desk.order(client_id="peer-2", qty="9999999"), desk.order(client_id="peer-3")]
    first, second, third = await desk.do("place_many", orders=orders)
    assert [first["order_id"], third["order_id"]] == [desk.number("peer-1"), desk.number("peer-3")]
    assert second["error"]["code"] == "insufficient_balance"
    gone = [first["order_id"], third["order_id"], "no-such-order"]
    told = await desk.do("cancel_many", order_ids=gone, ticker=desk.ticker)
    assert [row["order_id"] for row in told] == gone
    assert [D(row["reduced_by"]) for row in told] == [5, 5, 0]
    assert told[2]["error"]["code"] == "not_found"
    assert desk.exchange.open_orders() == []


@only("ccxt_kalshi", "kalshi_sdk")
async def test_all_orders_go(desk: KalshiDesk) -> None:
    await desk.place()
    await desk.place(client_id="peer-2")
    await desk.do("cancel_all", **({"ticker": desk.ticker} if desk.peer.name == "ccxt_kalshi" else {}))
    assert desk.exchange.open_orders() == []


# ── refusals ──


async def test_a_bad_signature_is_told_apart(desk: KalshiDesk) -> None:
    another = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    await desk.do("connect", **desk.connection(pem=another.decode()))
    desk.assert_refused(await desk.refused("balance"), "authentication_error")


async def test_what_is_not_there_cannot_be_spent(desk: KalshiDesk) -> None:
    error = await desk.refused("place", **desk.order(qty="9999999"))
    desk.assert_refused(error, "insufficient_balance")
    assert desk.exchange.mine() == []


async def test_a_client_id_works_once(desk: KalshiDesk) -> None:
    placed = await desk.place()
    await desk.do("cancel", order_id=placed.id, ticker=desk.ticker)
    desk.assert_refused(await desk.refused("place", **desk.order()), "order_already_exists")


async def test_a_maker_that_would_take_is_refused(desk: KalshiDesk) -> None:
    desk.assert_refused(await desk.refused("place", **desk.order(price="0.60", post_only=True)), "invalid_order")


async def test_an_unknown_order_is_not_found(desk: KalshiDesk) -> None:
    desk.assert_refused(await desk.refused("query", order_id="no-such-order"), "not_found")
    desk.assert_refused(await desk.refused("cancel", order_id="no-such-order", ticker=desk.ticker), "not_found")


@only("ccxt_kalshi")
async def test_writes_of_the_first_version_are_gone(desk: KalshiDesk) -> None:
    error = await desk.refused("retired", ticker=desk.ticker)
    assert "410" in error["message"]
    assert "deprecated_v1_order_endpoint" in error["message"]


# ── silence ──


async def test_after_an_answer_that_was_lost_the_order_is_found(desk: KalshiDesk) -> None:
    desk.plan(Fault.ERROR_AFTER, "submit")
    await desk.silent("place", **desk.order())
    assert await desk.orders("resting") == [desk.seen()]


async def test_too_many_requests_are_told_as_such(desk: KalshiDesk) -> None:
    desk.plan(Fault.RATE_LIMIT, "submit")
    error = await desk.refused("place", **desk.order())
    names = {"kalshi_sdk": "KalshiRateLimitError", "ccxt_kalshi": "RateLimitExceeded"}
    assert names.get(desk.peer.name, "ApiException") in error["is"], error
    assert desk.exchange.mine() == []


# ── streams ──


@only("kalshi_sdk")
async def test_the_book_stream_keeps_the_book(desk: KalshiDesk) -> None:
    await desk.do("watch_book", ticker=desk.ticker)
    await desk.place()
    await desk.until("book", desk.holds_the_book)


@only("kalshi_sdk")
async def test_after_a_lost_frame_the_client_asks_anew(desk: KalshiDesk) -> None:
    await desk.do("watch_book", ticker=desk.ticker)
    await desk.until("book", desk.holds_the_book)
    desk.plan(Fault.GAP, "book")
    await desk.place()
    desk.exchange.stir(desk.ticker)
    await desk.until("book", desk.holds_the_book, may_warn=True)
    assert desk.server.simulator.faults.left == []


@only("kalshi_sdk")
async def test_the_account_stream_tells_each_step(desk: KalshiDesk) -> None:
    await desk.do("watch_account")
    placed = await desk.place()
    desk.exchange.fill(desk.really("peer-1"), D(2))
    await desk.do("cancel", order_id=placed.id, ticker=desk.ticker)
    steps = [("open", D(0)), ("open", D(2)), ("cancelled", D(2))]

    def are_there(events: list[Any]) -> bool:
        return [(each.state, each.filled) for each in reports(events)] == steps

    await desk.until("orders", are_there)
    (fill,) = [desk.words.fill(event["msg"]) for event in await desk.until("fills", bool)]
    (execution,) = desk.really("peer-1").executions
    assert fill == (placed.id, execution.px, D(2), execution.fee, True)
