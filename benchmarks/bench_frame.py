"""Raw bytes of Binance's depth stream, 20 levels a message, to exact integers in a book of 1,000 levels, to its top.

Every row runs its own real path: its decoder, its number type, its sequence check where it has one. The network is left
out. Rows end on the same top.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from typing import Any, Final

import workload
from harness import Row, Suite, Work, main

FRAMES: Final = 500
PER: Final = 20
FIRST: Final = 1_000
NOW: Final = 1_760_000_000_000_000_000


def ours(pack: Callable[[bytes], object]) -> Callable[[], Work]:
    """The Binance plugin's feed, the core's keeper and its book; all numbers exact integers."""

    def setup() -> Work:
        frames, want = workload.frames(FRAMES, PER, FIRST)
        packed = [pack(frame) for frame in frames]
        feed = import_module("venuekit_binance.venue").Binance().feed([_instrument()])
        keeper = import_module("venuekit.book.keeper").Keeper(feed)
        bids, asks = workload.snapshot()
        snapshot = import_module("venuekit.market").BookSnapshot("BTC-USDT", bids, asks, seq=FIRST)
        keeper.take([snapshot], NOW)
        book = keeper.books["BTC-USDT"]

        def repeat() -> None:
            book.seq = FIRST
            found = None
            for frame in packed:
                keeper.take(feed.receive(frame, NOW), NOW)
                found = book.top()
            assert found == want
            assert book.seq == FIRST + FRAMES * PER

        return repeat, FRAMES

    return setup


def _instrument() -> Any:
    instrument = import_module("venuekit.instrument")
    return instrument.Instrument(
        symbol="BTC-USDT",
        kind=instrument.Kind.SPOT,
        venue="binance",
        venue_symbol=workload.SYMBOL,
        base="BTC",
        quote="USDT",
        tick=workload.TICK,
        lot=1_000,
    )


def ccxt() -> Work:
    """ccxt.pro's Binance: its frame handler, orjson, floats."""
    frames, want = workload.frames(FRAMES, PER, FIRST)
    texts = [frame.decode() for frame in frames]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    exchange, client, book = loop.run_until_complete(_ccxt_parts())

    async def play() -> list[float]:
        book["nonce"], book["timestamp"] = FIRST, 1
        top: list[float] = []
        for text in texts:
            client.handle_text_or_binary_message(text)
            top = [*book["bids"][0][:2], *book["asks"][0][:2]]
        return top

    def repeat() -> None:
        _check(loop.run_until_complete(play()), want)
        assert book["nonce"] == FIRST + FRAMES * PER
        assert exchange.id == "binance"

    return repeat, FRAMES


async def _ccxt_parts() -> tuple[Any, Any, Any]:
    exchange = import_module("ccxt.pro").binance()
    market = exchange.safe_market(workload.SYMBOL)
    market.update(id=workload.SYMBOL, symbol="BTC/USDT", base="BTC", quote="USDT", baseId="BTC", quoteId="USDT")
    market.update(spot=True, type="spot", active=True, swap=False, future=False, option=False, contract=False)
    exchange.set_markets([market])
    bids, asks = ([[px / 1e9, qty / 1e8] for px, qty in side] for side in workload.snapshot())
    book = exchange.order_book({"bids": bids, "asks": asks}, 10**6)
    book["symbol"] = "BTC/USDT"
    exchange.orderbooks["BTC/USDT"] = book
    return exchange, exchange.client("wss://127.0.0.1/ws/0"), book


def nautilus() -> Work:
    """nautilus_trader's Binance adapter in Python: msgspec, then its own Price and Quantity, then the Rust book."""
    data, enums = import_module("nautilus_trader.model.data"), import_module("nautilus_trader.model.enums")
    objects = import_module("nautilus_trader.model.objects")
    schemas = import_module("nautilus_trader.adapters.binance.common.schemas.market")
    instrument = import_module("nautilus_trader.model.identifiers").InstrumentId.from_str("BTCUSDT.BINANCE")
    book = import_module("nautilus_trader.model.book").OrderBook(instrument, enums.BookType.L2_MBP)
    for side, rows in zip((enums.OrderSide.BUY, enums.OrderSide.SELL), workload.snapshot(), strict=True):
        for px, qty in rows:
            price, size = objects.Price.from_str(workload.price(px)), objects.Quantity.from_str(workload.size(qty))
            order = data.BookOrder(side, price, size, 0)
            book.apply_delta(data.OrderBookDelta(instrument, enums.BookAction.ADD, order, 0, 0, 0, 0))
    frames, want = workload.frames(FRAMES, PER, FIRST)
    decode = import_module("msgspec").json.Decoder(schemas.BinanceOrderBookMsg).decode

    def repeat() -> None:
        found: tuple[Any, ...] = ()
        for frame in frames:
            book.apply_deltas(decode(frame).data.parse_to_order_book_deltas(instrument, 1))
            found = (book.best_bid_price(), book.best_bid_size(), book.best_ask_price(), book.best_ask_size())
        _check([float(str(each)) for each in found], want)

    return repeat, FRAMES


def cryptofeed() -> Work:
    """cryptofeed's Binance: its message handler, Decimals, the order-book package."""
    frames, want = workload.frames(FRAMES, PER, FIRST)
    texts = [frame.decode() for frame in frames]
    feed, book, last = _cryptofeed_parts()
    loop = asyncio.new_event_loop()

    async def play() -> None:
        feed.last_update_id["BTC-USDT"] = FIRST
        book.delta = {}
        for text in texts:
            await feed.message_handler(text, None, 0.0)

    def repeat() -> None:
        loop.run_until_complete(play())
        _check([float(each) for each in last], want)

    return repeat, FRAMES


def _cryptofeed_parts() -> tuple[Any, Any, list[Decimal]]:
    # Made without its constructor, which would fetch the list of symbols from the venue.
    kind = import_module("cryptofeed.exchanges.binance").Binance
    feed, last = kind.__new__(kind), list[Decimal]()
    feed.id, feed._l2_book, feed.last_update_id, feed.max_depth = "BINANCE", {}, {}, 0
    feed.exchange_symbol_to_std_symbol = lambda _: "BTC-USDT"
    feed.timestamp_normalize = lambda stamp: stamp / 1000

    async def note(_: object, book: Any, *__: object, **___: object) -> None:
        last[:] = [*book.book.bids.index(0), *book.book.asks.index(0)]

    feed.book_callback = note
    sides = [{Decimal(workload.price(px)): Decimal(workload.size(qty)) for px, qty in s} for s in workload.snapshot()]
    book = import_module("cryptofeed.types").OrderBook("BINANCE", "BTC-USDT", bids=sides[0], asks=sides[1])
    feed._l2_book["BTC-USDT"] = book
    return feed, book, last


def _check(found: list[float], want: tuple[int, int, int, int]) -> None:
    scaled = (round(found[0] * 1e9), round(found[1] * 1e8), round(found[2] * 1e9), round(found[3] * 1e8))
    assert scaled == want, (scaled, want)


SUITE: Final = Suite(
    "frame: Binance depth of 20 levels, bytes to top",
    "us a message",
    (
        Row("venuekit", ours(bytes)),
        Row("venuekit, frames as text", ours(bytes.decode)),
        Row("ccxt", ccxt, "ccxt"),
        Row("nautilus", nautilus, "nautilus"),
        Row("cryptofeed", cryptofeed, "cryptofeed"),
    ),
)

if __name__ == "__main__":
    main(SUITE)
