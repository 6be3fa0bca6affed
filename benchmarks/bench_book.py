"""One level update with the top read after each, and messages of 20 with the top read once, on 1,000 levels a side.

Every row gets the same changes in its own number type, made beforehand, and must end on the same top.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from importlib import import_module
from typing import Any, Final

import workload
from harness import Row, Suite, Work, main

SINGLES: Final = 10_000
PER: Final = 20
MESSAGES: Final = SINGLES // PER
Top = tuple[int, int, int, int]


def ours_single() -> Work:
    made, want = workload.changes(SINGLES)
    book = _our_book()

    def repeat() -> None:
        sides, top = (book.asks.set, book.bids.set), book.top
        found = None
        for is_bid, px, qty in made:
            sides[is_bid](px, qty)
            found = top()
        assert found == want

    return repeat, SINGLES


def ours_batch() -> Work:
    market = import_module("venuekit.market")
    messages, want = workload.messages(MESSAGES)
    deltas = [market.BookDelta("X", bids, asks, first=n, last=n) for n, (bids, asks) in enumerate(messages, 1)]
    book = _our_book()

    def repeat() -> None:
        book.seq = 0
        apply, top = book.apply, book.top
        found = None
        for delta in deltas:
            apply(delta, 0)
            found = top()
        assert found == want

    return repeat, SINGLES


def _our_book() -> Any:
    book = import_module("venuekit.book.book").Book()
    bids, asks = workload.snapshot()
    book.restore(import_module("venuekit.market").BookSnapshot("X", bids, asks, seq=0), 0)
    return book


def sorted_dict(per: int) -> Callable[[], Work]:
    """A SortedDict a side, as many connectors in Python keep it; best bid last, best ask first."""

    def setup() -> Work:
        made = import_module("sortedcontainers").SortedDict
        bids, asks = (made(side) for side in workload.snapshot())
        groups, want = _groups(per)

        def repeat() -> None:
            found: Any = None
            for group in groups:
                for is_bid, px, qty in group:
                    side = bids if is_bid else asks
                    if qty:
                        side[px] = qty
                    else:
                        side.pop(px, None)
                found = (*bids.peekitem(-1), *asks.peekitem(0))
            assert found == want

        return repeat, SINGLES

    return setup


def ccxt(per: int) -> Callable[[], Work]:
    """ccxt.pro's OrderBook with floats, as its handlers feed it."""

    def setup() -> Work:
        module = import_module("ccxt.async_support.base.ws.order_book")
        bids, asks = ([[px / 1e9, qty / 1e8] for px, qty in side] for side in workload.snapshot())
        book = module.OrderBook({"bids": bids, "asks": asks})
        groups, want = _groups(per)
        floats = [[(is_bid, px / 1e9, qty / 1e8) for is_bid, px, qty in group] for group in groups]

        def repeat() -> None:
            sides, top = (book["asks"], book["bids"]), []
            for group in floats:
                for is_bid, px, qty in group:
                    sides[is_bid].storeArray([px, qty])
                top = [*book["bids"][0][:2], *book["asks"][0][:2]]
            _check(top, want)

        return repeat, SINGLES

    return setup


def nautilus(per: int) -> Callable[[], Work]:
    """nautilus_trader's OrderBook (Rust), with its deltas made beforehand."""

    def setup() -> Work:
        data, enums = import_module("nautilus_trader.model.data"), import_module("nautilus_trader.model.enums")
        instrument = import_module("nautilus_trader.model.identifiers").InstrumentId.from_str("BTCUSDT.BINANCE")
        book = import_module("nautilus_trader.model.book").OrderBook(instrument, enums.BookType.L2_MBP)
        objects = import_module("nautilus_trader.model.objects")

        def delta(change: workload.Change) -> Any:
            is_bid, px, qty = change
            side = enums.OrderSide.BUY if is_bid else enums.OrderSide.SELL
            price, size = objects.Price.from_str(workload.price(px)), objects.Quantity.from_str(workload.size(qty))
            action = enums.BookAction.UPDATE if qty else enums.BookAction.DELETE
            return data.OrderBookDelta(instrument, action, data.BookOrder(side, price, size, 0), 0, 0, 0, 0)

        for is_bid, rows in zip((True, False), workload.snapshot(), strict=True):
            for px, qty in rows:
                book.apply_delta(delta((is_bid, px, qty)))
        groups, want = _groups(per)
        single = [delta(change) for group in groups for change in group]
        batches = [data.OrderBookDeltas(instrument, [delta(change) for change in group]) for group in groups]
        todo, apply = (single, book.apply_delta) if per == 1 else (batches, book.apply_deltas)

        def repeat() -> None:
            found: Iterable[Any] = ()
            for each in todo:
                apply(each)
                found = (book.best_bid_price(), book.best_bid_size(), book.best_ask_price(), book.best_ask_size())
            _check([float(str(each)) for each in found], want)

        return repeat, SINGLES

    return setup


def order_book(per: int) -> Callable[[], Work]:
    """order-book (C), which cryptofeed uses, with Decimals."""

    def setup() -> Work:
        book = import_module("order_book").OrderBook()
        bids, asks = workload.snapshot()
        book.bids, book.asks = _decimals(bids), _decimals(asks)
        groups, want = _groups(per)
        ready = [[(b, _decimal(px, 9), _decimal(qty, 8)) for b, px, qty in group] for group in groups]

        def repeat() -> None:
            top: list[Decimal] = []
            sides = (book.asks, book.bids)
            for group in ready:
                for is_bid, px, qty in group:
                    side = sides[is_bid]
                    if qty:
                        side[px] = qty
                    elif px in side:
                        del side[px]
                top = [*book.bids.index(0), *book.asks.index(0)]
            _check([float(each) for each in top], want)

        return repeat, SINGLES

    return setup


def _groups(per: int) -> tuple[list[list[workload.Change]], Top]:
    made, want = workload.changes(SINGLES)
    return [made[n : n + per] for n in range(0, SINGLES, per)], want


def _decimals(rows: workload.Rows) -> dict[Decimal, Decimal]:
    return {_decimal(px, 9): _decimal(qty, 8) for px, qty in rows}


def _decimal(value: int, places: int) -> Decimal:
    return Decimal(value).scaleb(-places)


def _check(found: list[float], want: Top) -> None:
    scaled = (round(found[0] * 1e9), round(found[1] * 1e8), round(found[2] * 1e9), round(found[3] * 1e8))
    assert scaled == want, (scaled, want)


def suite(name: str, unit: str, ours: Callable[[], Work], per: int) -> Suite:
    """Put ours beside the others."""
    return Suite(
        name,
        unit,
        (
            Row("venuekit", ours),
            Row("sortedcontainers", sorted_dict(per)),
            Row("ccxt", ccxt(per), "ccxt"),
            Row("nautilus", nautilus(per), "nautilus"),
            Row("order-book", order_book(per), "cryptofeed"),
        ),
    )


if __name__ == "__main__":
    main(
        suite("book: one update, then the top", "us a level update", ours_single, 1),
        suite("book: messages of 20, then the top", "us a level update", ours_batch, PER),
    )
