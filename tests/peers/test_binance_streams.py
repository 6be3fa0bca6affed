"""Clients of Binance follow its streams: the book by its changes, the account step by step."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from tests.peers.binance_desk import SYMBOL, BinanceDesk
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
