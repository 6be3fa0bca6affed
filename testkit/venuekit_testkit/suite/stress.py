"""ST: much of everything: markets, frames, orders, levels. What is counted is calls and objects, never seconds.

Seconds depend on the machine. What grows with the square of the market, or with every frame, does so everywhere.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from types import FrameType, FunctionType, ModuleType
from typing import Any, Final

import msgspec

from venuekit.capability import Op
from venuekit.instrument import Instrument, Kind
from venuekit.side import Side
from venuekit.units import Px, format_px, format_qty
from venuekit.wire import Request, Response
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.driver import drive
from venuekit_testkit.bench.line import MarketLine
from venuekit_testkit.bench.mirror import open_live, require_same, settle
from venuekit_testkit.bench.motion import Motion
from venuekit_testkit.law import Level, law
from venuekit_testkit.simulate.exchange.exchange import CROWD
from venuekit_testkit.simulate.exchange.order import Order

MARKETS: Final = 10_000
LEVELS: Final = 5_000
SEEN: Final = 500  # the best of them, which every feed keeps
FRAMES: Final = 4_000
ORDERS: Final = 1_000
STRAIGHT: Final = 1.25  # how much more than its share twice as much may cost
PLACE: Final = "the place of many markets: "
SPARE: Final = 200  # objects that may come and go
SLOW: Final = ("https://github.com/hummingbot/hummingbot/issues/7621",)
LEAKS: Final = (
    "https://github.com/ccxt/ccxt/issues/26753",
    "https://github.com/nautechsystems/nautilus_trader/issues/4533",
    "https://github.com/hummingbot/hummingbot/issues/6165",
)


@law("ST-100", Level.STRESS, Op.INSTRUMENTS, incidents=SLOW)
def test_st100_ten_thousand_markets_are_listed(bench: Bench) -> None:
    """ST-100. Of ten thousand markets some were left out, or one hides the others."""
    listed = drive(bench.venue.instruments(), _crowded(bench, MARKETS))
    assert len(listed) >= MARKETS, f"of {MARKETS} markets {len(listed)} were listed"
    assert len({each.symbol for each in listed}) == len(listed), "two of them have one symbol"


@law("ST-110", Level.STRESS, Op.INSTRUMENTS, incidents=SLOW)
def test_st110_the_cost_of_listing_grows_with_the_list(bench: Bench) -> None:
    """ST-110. Listing twice as many markets takes more than twice the work: each one looks through all others."""
    few, many = (_calls(bench, count) for count in (500, 1_000))
    assert many <= 2 * few * STRAIGHT, f"500 markets took {few} steps, 1000 took {many}"


@law("ST-120", Level.STRESS, Op.FEED, incidents=LEAKS)
def test_st120_a_long_stream_leaves_nothing_behind(bench: Bench) -> None:
    """ST-120. After thousands of frames the feed holds more than it did: it keeps what it read."""
    line = open_live(bench, bench.instrument)
    _stir(bench, line, 200)
    before = _weigh(line)
    _stir(bench, line, FRAMES)
    after = _weigh(line)
    assert after <= before + SPARE, f"the feed held {before} objects, and {after} after {FRAMES} frames"
    require_same(bench, line, bench.instrument)


@law("ST-130", Level.STRESS, Op.FEED, incidents=LEAKS)
def test_st130_many_repairs_leave_nothing_behind(bench: Bench) -> None:
    """ST-130. After hundreds of repairs and connections the feed holds more than it did."""
    line = open_live(bench, bench.instrument)
    _mend(bench, line, 20)
    before = _weigh(line)
    _mend(bench, line, 200)
    after = _weigh(line)
    assert after <= before + SPARE, f"the feed held {before} objects, and {after} after 200 repairs"
    require_same(bench, line, bench.instrument)


@law("ST-140", Level.STRESS, Op.SUBMIT, Op.CANCEL)
def test_st140_a_thousand_orders_have_a_thousand_ids(bench: Bench) -> None:
    """ST-140. Of a thousand orders in a row two had one id, or one was not taken."""
    ids: set[str] = set()
    for number in range(ORDERS):
        placed = bench.rest(Side.SELL if number % 2 else Side.BUY)
        assert placed.id.venue_id not in ids, f"the id {placed.id.venue_id} was given twice"
        ids.add(placed.id.venue_id)
        bench.cancel(placed.id)
        bench.wait(1)
    assert len(bench.truth.orders) == ORDERS, f"{ORDERS} orders were sent, {len(bench.truth.orders)} arrived"


@law("ST-150", Level.STRESS, Op.BOOK, Op.FEED, incidents=("https://github.com/ctubio/Krypto-trading-bot/issues/553",))
def test_st150_a_book_of_thousands_of_levels_is_kept(bench: Bench) -> None:
    """ST-150. A book of thousands of levels a side was cut, or went wrong as it changed."""
    _deepen(bench)
    line, motion = open_live(bench, bench.instrument), Motion(bench, bench.instrument)
    for _ in range(10):
        require_same(bench, line, bench.instrument, levels=SEEN)
        motion.quote_at(Side.BUY, motion.px_near(Side.BUY))
        settle(line, bench.instrument)


def _stir(bench: Bench, line: MarketLine, times: int) -> None:
    for _ in range(times):
        bench.world.stir(bench.instrument.venue_symbol)
        line.pump()
    line.events.clear()


def _mend(bench: Bench, line: MarketLine, times: int) -> None:
    """Lose the book in turns by a doubt and with its connection, and wait until it is back."""
    for number in range(times):
        if number % 4:
            line.market.resync(bench.instrument.symbol, "a law asks")
        else:
            bench.simulator.hang_up()
        bench.wait(1)  # the simulator counts what a minute may cost
        settle(line, bench.instrument)
    line.events.clear()


def _weigh(line: MarketLine) -> int:
    """Count the objects that a feed and its books hold."""
    gc.collect()
    seen: set[int] = set()
    left: list[Any] = [line.stream, line.keeper]
    while left:
        each = left.pop()
        if id(each) not in seen and not isinstance(each, type | ModuleType | FunctionType | Instrument):
            seen.add(id(each))
            left += gc.get_referents(each)
    return len(seen)


def _deepen(bench: Bench) -> None:
    """Fill the book of the exchange with levels, as many as its grid has and the law wants."""
    traded, book = bench.instrument, bench.exchange.books[bench.instrument.venue_symbol]
    motion, numbers = Motion(bench, traded), iter(range(10_000_000, 20_000_000))
    for side in (Side.BUY, Side.SELL):
        for px in _grid(traded, side, motion.levels(side)[-1][0]):
            terms = (CROWD, "", traded.venue_symbol, side.value, Decimal(format_qty(bench.qty)), Decimal(format_px(px)))
            book.add(Order(next(numbers), *terms, "GTC", bench.now()))


def _grid(traded: Instrument, side: Side, px: Px) -> Iterator[Px]:
    """List prices from one that is taken outwards, as many as the law wants at most."""
    for _ in range(LEVELS):
        px = traded.floor_px(Px(px - 1)) if side.buys else traded.ceil_px(Px(px + 1))
        if px <= 0:
            return
        yield px


def _calls(bench: Bench, count: int) -> int:
    """Count the steps that listing so many markets takes, the venue's own left out."""
    answers: list[Response] = []
    send = _crowded(bench, count)

    def keep(request: Request) -> Response:
        answers.append(send(request))
        return answers[-1]

    drive(bench.venue.instruments(), keep)
    steps = 0

    def step(frame: FrameType, event: str, arg: object) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    sys.setprofile(step)
    try:
        bench.answer_with(bench.venue.instruments(), *answers)
    finally:
        sys.setprofile(None)
    return steps


def _crowded(bench: Bench, count: int) -> Callable[[Request], Response]:
    """Make what answers as the venue does, with so many markets like the one that is traded."""
    traded = bench.instrument
    mark = bench.exchange.markets[traded.venue_symbol].base if traded.kind is Kind.SPOT else traded.venue_symbol

    def send(request: Request) -> Response:
        true, held = bench.world.answer(request, bench.now()), dict[str, str]()
        text = msgspec.json.encode(_hold(msgspec.json.decode(true.body), mark, held)).decode()
        for place, market in held.items():
            many = ",".join(market.replace(mark, f"{mark}{each}") for each in range(count))
            text = text.replace(place, many)
        return Response(true.status, text.encode(), true.headers)

    return send


def _hold(value: Any, mark: str, held: dict[str, str]) -> Any:
    """Hold the place of the innermost lists and tables of markets, and keep the text of one market of each."""
    before, place = len(held), f"{PLACE}{len(held)}"
    inner: Any
    if isinstance(value, dict):
        inner = {key: _hold(each, mark, held) for key, each in value.items()}
        markets = [_text({key: each})[1:-1] for key, each in value.items() if mark in key and isinstance(each, dict)]
        stand_in: Any = {place: 0}
        hole = f'"{place}":0'
    elif isinstance(value, list):
        inner = [_hold(each, mark, held) for each in value]
        markets = [_text(each) for each in value if isinstance(each, dict) and mark in _text(each)]
        stand_in, hole = [place], f'"{place}"'
    else:
        return value
    if len(held) > before or not markets:
        return inner
    held[hole] = markets[0]
    return stand_in


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
