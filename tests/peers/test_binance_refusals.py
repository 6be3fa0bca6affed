"""Clients of Binance are refused, or hear nothing, and know what to make of it."""

from __future__ import annotations

from decimal import Decimal

from tests.peers.binance_desk import BinanceDesk
from tests.peers.desk import only
from venuekit_testkit.simulate.fault import Fault

# ── refusals ──


async def test_a_bad_signature_is_told_apart(binance: BinanceDesk) -> None:
    await binance.reconnect(secret="another")
    binance.assert_refused(await binance.refused("account"), "bad_signature")


async def test_what_is_not_there_cannot_be_spent(binance: BinanceDesk) -> None:
    more = int(binance.account.assets["USDT"].free / Decimal(binance.below())) + 1
    error = await binance.refused("place", **binance.order(qty=str(more), price=binance.below()))
    binance.assert_refused(error, "no_funds")
    assert binance.exchange.mine() == []


async def test_a_client_id_in_use_is_refused(binance: BinanceDesk) -> None:
    await binance.place(price=binance.below())
    binance.assert_refused(await binance.refused("place", **binance.order(price=binance.below())), "same_id")
    assert len(binance.exchange.mine()) == 1


async def test_a_maker_that_would_take_is_refused(binance: BinanceDesk) -> None:
    order = binance.order(price=str(binance.best("sell")), type="LIMIT_MAKER")
    binance.assert_refused(await binance.refused("place", **order), "would_take")


@only("binance", "binance_sdk", "python_binance")  # ccxt rounds to the grid by itself
async def test_a_price_off_the_grid_is_refused(binance: BinanceDesk) -> None:
    binance.assert_refused(await binance.refused("place", **binance.order(price="60000.001")), "off_tick")


async def test_an_unknown_order_is_not_found(binance: BinanceDesk) -> None:
    binance.assert_refused(await binance.refused("query", symbol=binance.symbol, order_id=77), "no_such_order")
    binance.assert_refused(await binance.refused("cancel", symbol=binance.symbol, order_id=77), "nothing_to_cancel")


async def test_an_order_that_is_over_cannot_be_cancelled(binance: BinanceDesk) -> None:
    placed = await binance.place(price=str(binance.best("sell")))
    error = await binance.refused("cancel", symbol=binance.symbol, order_id=int(placed.id))
    binance.assert_refused(error, "nothing_to_cancel")


# ── silence ──


async def test_after_an_answer_that_was_lost_the_order_is_found(binance: BinanceDesk) -> None:
    binance.plan(Fault.ERROR_AFTER, "submit")
    await binance.silent("place", **binance.order(price=binance.below()))
    assert await binance.query(client_id="peer-1") == binance.seen()


async def test_too_many_requests_are_told_as_such(binance: BinanceDesk) -> None:
    binance.plan(Fault.RATE_LIMIT, "submit")
    error = await binance.refused("place", **binance.order(price=binance.below()))
    names = {"binance_sdk": "TooManyRequestsError", "ccxt_binance": "DDoSProtection"}
    assert names.get(binance.peer.name, "BinanceAPIException") in error["is"], error
    assert error["code"] == -1003
    assert binance.exchange.mine() == []
