"""ccxt reads the market side of Kraken and Coinbase at our simulators: markets, books, trades, and their streams.

What is asserted is what ccxt understood, held against the exchange behind the simulator.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from tests.peers.desk import only
from tests.peers.market_desk import SYMBOL, MarketDesk
from tests.peers.seen import dec, levels
from venuekit_testkit.simulate.fault import Fault

D: Final = Decimal
OTHER: Final = {"buy": "sell", "sell": "buy"}


async def test_every_market_is_read_with_its_grid(market: MarketDesk) -> None:
    told = await market.do("markets")
    assert {market.market_of(row).symbol for row in told} == set(market.exchange.markets)
    for row in told:
        true = market.market_of(row)
        assert (dec(row["precision"]["price"]), dec(row["precision"]["amount"])) == (true.tick, true.lot)
        assert (dec(row["limits"]["amount"]["min"]), row["active"]) == (true.min_qty, true.is_open), row["id"]


@only("market", "kraken")
async def test_old_names_of_assets_are_read_as_new_ones(market: MarketDesk) -> None:
    told = {market.market_of(row).symbol: row["symbol"] for row in await market.do("markets")}
    assert (told["XBTUSD"], told["XDGUSD"], told["ETHXBT"]) == ("BTC/USD", "DOGE/USD", "ETH/BTC")


async def test_the_book_is_the_exchanges(market: MarketDesk) -> None:
    market.quote("buy", "64000.0", "0.5")
    told = await market.do("book", symbol=SYMBOL, limit=20)
    assert levels(told["bids"]) == market.levels("buy", 20)
    assert levels(told["asks"]) == market.levels("sell", 20)


async def test_trades_are_read_oldest_first(market: MarketDesk) -> None:
    for side in ("buy", "sell", "buy"):
        market.quote(side, "70000" if side == "buy" else "60000", "0.001", "IOC")
    told = await market.do("trades", symbol=SYMBOL, limit=10)
    assert [seen(row) for row in told] == happened(market)


async def test_the_streamed_book_follows_the_exchanges(market: MarketDesk) -> None:
    await market.do("watch_book", symbol=SYMBOL)
    await market.until("book", lambda events: bool(events))
    for number in range(5):
        market.quote("buy", f"{64000 + number / 100:.1f}", "0.25")
        market.quote("sell", "60000", "0.001", "IOC")

    def is_there(events: list[Any]) -> bool:
        last, depth = events[-1:], 10
        return bool(last) and all(
            levels(last[0][name])[:depth] == market.levels(side, depth)
            for name, side in (("bids", "buy"), ("asks", "sell"))
        )

    await market.until("book", is_there)


async def test_streamed_trades_are_those_that_took_place(market: MarketDesk) -> None:
    await market.do("watch_trades", symbol=SYMBOL)
    told: list[Any] = []
    for _ in range(20):  # its subscription is on its way while somebody trades
        market.quote("buy", "70000", "0.001", "IOC")
        told += (await market.ask("collect", stream="trades", count=1, seconds=0.5)).ok
        if told:
            break
    rows = [seen(row) for event in told for row in event]
    assert rows
    assert all(row in happened(market) for row in rows)


async def test_a_key_of_nobody_is_refused(market: MarketDesk) -> None:
    await market.reconnect(apiKey="nobody", secret="bm9ib2R5")
    error = await market.refused("balance")
    assert "AuthenticationError" in error["is"], error


async def test_a_busy_venue_is_told_as_such(market: MarketDesk) -> None:
    await market.do("book", symbol=SYMBOL, limit=5)
    market.plan(Fault.RATE_LIMIT, "book")
    error = await market.refused("book", symbol=SYMBOL, limit=5)
    assert {"DDoSProtection", "RateLimitExceeded"} & set(error["is"]), error


def seen(row: dict[str, Any]) -> tuple[str, Decimal, Decimal, str]:
    """Read a trade as the client tells it."""
    return str(row["id"]), dec(row["price"]), dec(row["amount"]), row["side"]


def happened(market: MarketDesk) -> list[tuple[str, Decimal, Decimal, str]]:
    """List the trades of the exchange, each with the side that the venue tells."""
    all_of_them = [(each.execution, each.taker) for each in market.exchange.trades[market.place.market]]
    is_takers = market.place.side_is_takers
    return [(str(one.id), one.px, one.qty, side if is_takers else OTHER[side]) for one, side in all_of_them]
