"""Clients of Binance follow its streams: the book by its changes, the account step by step."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from tests.peers.binance_desk import SYMBOL, BinanceDesk
from tests.peers.desk import only
from tests.peers.seen import Seen

D: Final = Decimal


async def test_the_depth_stream_keeps_the_book(binance: BinanceDesk) -> None:
    await binance.do("watch_depth", symbol=binance.symbol)
    snapshot = await binance.do("book", symbol=binance.symbol)
    await binance.place(price=binance.below())
    resting = binance.exchange.books[SYMBOL]

    def is_there(events: list[Any]) -> bool:
        book = binance.words.book(snapshot, events)
        return (book.bids, book.asks) == (resting.levels("buy"), resting.levels("sell"))

    await binance.until("depth", is_there)


@only("binance", "python_binance")  # the others leave it to their users
async def test_after_the_line_was_cut_the_client_comes_back(binance: BinanceDesk) -> None:
    await binance.do("watch_depth", symbol=binance.symbol)
    binance.server.simulator.hang_up()
    told: list[Any] = []
    for number in range(20):  # it waits a second before it comes back, and misses what happens meanwhile
        order = binance.order(price=binance.below(), client_id=f"peer-{number}", qty="0.01")
        assert (await binance.ask("place", **order)).error is None  # it may complain of the line meanwhile
        told += (await binance.ask("collect", stream="depth", count=1, seconds=0.5)).ok
        if told and told[-1]["e"] == "depthUpdate":
            break
    assert (told[0]["e"], told[-1]["e"]) == ("error", "depthUpdate")


async def test_the_account_stream_tells_each_step(binance: BinanceDesk) -> None:
    async def hear() -> Seen:
        """Wait for the next word of an order; ccxt tells only the newest if several came meanwhile."""
        events = await binance.until("account", lambda events: any(map(binance.words.reports, events)))
        return list(binance.words.reports(events[-1]))[-1]

    await binance.do("watch_account")
    await binance.place(price=binance.below())
    order = binance.really("peer-1")
    assert await hear() == binance.seen()
    binance.exchange.fill(order, D("0.04"))
    assert await hear() == binance.seen()
    await binance.do("cancel", symbol=binance.symbol, client_id="peer-1")
    last = await hear()
    assert last == binance.seen()
    assert (last.state, last.filled) == ("cancelled", D("0.04"))
