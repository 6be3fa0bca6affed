"""What the simulated Binance tells when it is asked."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

import pytest

from tests.simulate_call import LIMIT, SYMBOL, Caller, denial
from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.exchange.exchange import CROWD

D = Decimal


@pytest.fixture
def caller() -> Caller:
    return Caller()


def test_listed_are_all_markets_or_those_that_were_asked_for(caller: Caller) -> None:
    everything = [row["symbol"] for row in caller.get("exchangeInfo")["symbols"]]
    assert {"BTCUSDT", "ETHUSDT", "ETHBTC"} <= set(everything)
    asked = urlencode({"symbols": '["ETHUSDT","BTCUSDT"]'})
    assert [row["symbol"] for row in caller.get("exchangeInfo", asked)["symbols"]] == ["ETHUSDT", "BTCUSDT"]
    for query, code in (("symbol=NOSUCH", -1121), ("symbols=x", -1100), ("symbol=BTCUSDT&symbols=[]", -1128)):
        assert denial(caller.send(Call(method="GET", path="/api/v3/exchangeInfo", query=query)))[1] == code


def test_a_market_that_has_ended_takes_no_orders(caller: Caller) -> None:
    caller.venue.exchange.resolve(SYMBOL, "", "0")
    assert caller.refused("POST", "order", **LIMIT)[1:] == (-1013, "Market is closed.")
    (row,) = caller.get("exchangeInfo", "symbol=BTCUSDT")["symbols"]
    assert row["status"] == "BREAK"


def test_our_trades_are_asked_for_by_time_id_and_order(caller: Caller) -> None:
    for number in range(3):
        caller.ask("POST", "order", symbol=SYMBOL, side="SELL", type="MARKET", quantity="0.01")
        caller.wait(number + 1)
    trades = caller.ask("GET", "myTrades", symbol=SYMBOL)
    assert [each["isMaker"] for each in trades] == [False] * 3
    since = str(trades[1]["time"])
    assert caller.ask("GET", "myTrades", symbol=SYMBOL, startTime=since) == trades[1:]
    assert caller.ask("GET", "myTrades", symbol=SYMBOL, fromId=str(trades[2]["id"])) == trades[2:]
    assert caller.ask("GET", "myTrades", symbol=SYMBOL, orderId=str(trades[0]["orderId"])) == trades[:1]
    assert caller.ask("GET", "myTrades", symbol=SYMBOL, limit="2") == trades[1:]
    end = str(int(since) + 86_400_001)
    assert caller.refused("GET", "myTrades", symbol=SYMBOL, startTime=since, endTime=end)[1] == -1127


def test_zero_balances_may_be_left_out(caller: Caller) -> None:
    caller.venue.exchange.accounts["me"].add("XRP", D(0))
    every, some = (caller.ask("GET", "account", omitZeroBalances=flag)["balances"] for flag in ("false", "true"))
    assert {row["asset"] for row in every} - {row["asset"] for row in some} == {"XRP"}


def test_public_trades_say_who_took(caller: Caller) -> None:
    exchange = caller.venue.exchange
    exchange.place(SYMBOL, "sell", D("0.1"), None, account=CROWD, tif="IOC")
    exchange.place(SYMBOL, "buy", D("0.1"), None, account=CROWD, tif="IOC")
    assert [each["isBuyerMaker"] for each in caller.get("trades", "symbol=BTCUSDT")] == [True, False]
    assert caller.get("ticker/price", "symbol=BTCUSDT")["price"] == "64000.05000000"
    assert caller.get("ticker/bookTicker", "symbol=BTCUSDT")["bidPrice"] == "63999.95000000"
