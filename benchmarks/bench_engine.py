"""The engine in one process: a market order submitted, routed, filled on paper and booked; and what grows with what.

Peer: nautilus_trader's backtest engine with a strategy that submits a market order on every quote, its log off and its
risk engine bypassed. It keeps every order in a cache, as we do while one lives; neither writes to a disk. Our first row
does what it does: an order that is known to be well-formed, no rows for a store. The others read a client's payload,
admit it, and build the rows that the journal would take.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from typing import Any, Final

from harness import Row, Suite, Work, main

RUNS: Final = (500, 5_000)
COUNTS: Final = (10, 100, 1_000, 10_000)
ORDERS: Final = 500
EVENTS: Final = 2_000
QUOTED: Final = 10.0  # what a peer's quote shows


def ready_orders(count: int, venues: int = 1) -> Callable[[], Work]:
    """Submit orders that are made in place, without rows."""

    def setup() -> Work:
        engine = _engine(venues, rows=False)
        return _played(engine, count, _submitted(engine))

    return setup


def payloads(count: int, venues: int = 1, *, rows: bool) -> Callable[[], Work]:
    """Submit what clients post: read, digested, admitted, with or without the rows of a journal."""

    def setup() -> Work:
        engine = _engine(venues, rows=rows)
        submit, caller = engine.door.submit, import_module("venuekit_engine.caller").Caller("client_bench", "k", True)

        def post(number: int) -> Any:
            return submit(caller, {"symbol": "BTC-USD", "side": "sell" if number % 2 else "buy", "qty": 0.1})

        return _played(engine, count, post)

    return setup


def beside_open_orders(count: int) -> Callable[[], Work]:
    """Submit market orders while many limit orders rest."""

    def setup() -> Work:
        engine = _engine(1, rows=False)
        _rest(engine, count)
        return _played(engine, ORDERS, _submitted(engine), resting=count)

    return setup


def market_events(count: int) -> Callable[[], Work]:
    """Change the book and print a trade, none of which reaches the many orders that rest."""

    def setup() -> Work:
        engine, market = _engine(1, rows=False), import_module("venuekit.market")
        _rest(engine, count)
        deep, seller = import_module("deep"), import_module("venuekit.side").Side.SELL
        book, channel = engine.hub.book("venue0", deep.SYMBOL), engine.hub.channel("venue0", deep.SYMBOL)
        bid = deep.MIDDLE - deep.TICK
        trade = [market.TradePrint(deep.SYMBOL, "1", bid, deep.QTY, seller, deep.clock())]

        def repeat() -> None:
            for number in range(EVENTS):
                book.apply(market.BookDelta(deep.SYMBOL, [(bid, deep.PER_LEVEL + number)], []), deep.clock())
                channel.tell_book()
                engine.hub.tell_trades("venue0", trade)
            assert engine.paper["venue0"].open_count == count

        return repeat, EVENTS

    return setup


def among_symbols(count: int) -> Callable[[], Work]:
    """Submit market orders of ten symbols among many."""

    def setup() -> Work:
        symbols = [f"COIN{n}-USD" for n in range(count)]
        engine = _engine(1, rows=False, symbols=symbols)
        return _played(engine, ORDERS, _submitted(engine, symbols[:10]))

    return setup


def _engine(venues: int, *, rows: bool, **more: Any) -> Any:
    return import_module("deep").PaperEngine(venues, rows=rows, **more)


def _played(engine: Any, count: int, submit: Callable[[int], Awaitable[object]], *, resting: int = 0) -> Work:
    loop = import_module("venuekit_engine.server.loop").new_event_loop()
    asyncio.set_event_loop(loop)

    async def play() -> None:
        for number in range(count):
            await submit(number)
            await asyncio.sleep(0)
        while len(engine.graphs) > resting:  # noqa: ASYNC110 - an event would cost what is measured
            await asyncio.sleep(0)

    def repeat() -> None:
        before = engine.graphs.filled
        loop.run_until_complete(play())
        assert engine.graphs.filled - before == count

    return repeat, count


def _submitted(engine: Any, symbols: Sequence[str] = ("BTC-USD",)) -> Callable[[int], Awaitable[object]]:
    make, submit, among = import_module("deep").market_order, engine.runtime.submit, len(symbols)
    return lambda number: submit(make(number, symbols[number // 2 % among]), "")


def _rest(engine: Any, count: int) -> None:
    """Let buys rest below the market, ten at a price."""
    deep = import_module("deep")

    async def place() -> None:
        for number in range(count):
            await engine.runtime.submit(deep.limit_order(deep.MIDDLE - deep.TICK * (100 + number // 10)), "")
        await engine.runtime.close()

    asyncio.run(place())


def nautilus(count: int) -> Callable[[], Work]:
    """Play quotes to a strategy that submits a market order on each, in turn a buy and a sell."""

    def setup() -> Work:
        engine, instrument = _nautilus_engine()
        engine.add_data(_nautilus_quotes(instrument, count))
        engine.add_strategy(_nautilus_strategy(instrument))
        closed = import_module("nautilus_trader.model.enums").OrderStatus.FILLED

        def repeat() -> None:
            engine.reset()
            engine.run()
            orders = engine.cache.orders()
            assert len(orders) == count
            assert all(order.status == closed for order in orders)

        return repeat, count

    return setup


def _nautilus_engine() -> tuple[Any, Any]:
    backtest, config = import_module("nautilus_trader.backtest.engine"), import_module("nautilus_trader.config")
    enums, names = import_module("nautilus_trader.model.enums"), import_module("nautilus_trader.model.identifiers")
    objects, coins = import_module("nautilus_trader.model.objects"), import_module("nautilus_trader.model.currencies")
    quiet = config.LoggingConfig(bypass_logging=True)
    free = config.RiskEngineConfig(bypass=True)
    engine = backtest.BacktestEngine(
        import_module("nautilus_trader.backtest.config").BacktestEngineConfig(
            trader_id=names.TraderId("BENCH-001"), logging=quiet, risk_engine=free, run_analysis=False
        )
    )
    purse = [objects.Money(10**9, coins.USDT), objects.Money(10**6, coins.BTC)]
    engine.add_venue(names.Venue("BINANCE"), enums.OmsType.NETTING, enums.AccountType.CASH, purse)
    instrument = import_module("nautilus_trader.test_kit.providers").TestInstrumentProvider.btcusdt_binance()
    engine.add_instrument(instrument)
    return engine, instrument


def _nautilus_quotes(instrument: Any, count: int) -> list[Any]:
    objects, data = import_module("nautilus_trader.model.objects"), import_module("nautilus_trader.model.data")
    size = objects.Quantity(QUOTED, instrument.size_precision)

    def quote(number: int) -> Any:
        at = (number + 1) * 1_000_000
        bid, ask = (objects.Price(100 + step / 100, instrument.price_precision) for step in (-1, 1))
        return data.QuoteTick(instrument.id, bid, ask, size, size, at, at)

    return [quote(number) for number in range(count)]


def _nautilus_strategy(instrument: Any) -> Any:
    sides = import_module("nautilus_trader.model.enums").OrderSide
    base: Any = import_module("nautilus_trader.trading.strategy").Strategy
    qty = import_module("nautilus_trader.model.objects").Quantity(0.1, instrument.size_precision)

    class Taker(base):  # type: ignore[misc]  # the peer's own class, known to its environment only
        """Takes on every quote."""

        buys = False

        def on_start(self) -> None:
            """Ask for the quotes."""
            self.subscribe_quote_ticks(instrument.id)

        def on_quote_tick(self, _: Any) -> None:
            """Submit an order."""
            self.buys = not self.buys
            side = sides.BUY if self.buys else sides.SELL
            self.submit_order(self.order_factory.market(instrument.id, side, qty))

    return Taker()


def growth(what: str, rows: Callable[[int], Callable[[], Work]], unit: str, counts: tuple[int, ...] = COUNTS) -> Suite:
    """Put the counts beside each other; a ratio is the time over that of the first count."""
    return Suite(f"engine growth: {what}", unit, tuple(Row(f"{count:,}", rows(count)) for count in counts))


def side_by_side(count: int) -> Suite:
    """Put our ways beside the peer's, `count` orders a repetition."""
    return Suite(
        f"engine: {count:,} market orders, submitted to filled",
        "us an order",
        (
            Row("venuekit, ready orders", ready_orders(count)),
            Row("venuekit, ready orders, 3 venues", ready_orders(count, 3)),
            Row("venuekit, payloads", payloads(count, rows=False)),
            Row("venuekit, payloads and rows", payloads(count, rows=True)),
            Row("venuekit, payloads and rows, 3 venues", payloads(count, 3, rows=True)),
            Row("nautilus", nautilus(count), "nautilus"),
        ),
    )


if __name__ == "__main__":
    main(
        *map(side_by_side, RUNS),
        growth("orders in the run", ready_orders, "us an order", RUNS),
        growth("an order beside open orders", beside_open_orders, "us an order"),
        growth("a market event beside open orders", market_events, "us an event"),
        growth("an order among symbols", among_symbols, "us an order"),
    )
