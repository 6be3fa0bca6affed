"""Markets for the router's tests: venues made from a few numbers, and strategies that draw them."""

from __future__ import annotations

from hypothesis import strategies as st

from venuekit.book.book import Book
from venuekit.book.consolidated import Consolidated
from venuekit.instrument import FeeModel, FeeSchedule, Instrument, Kind
from venuekit.market import BookSnapshot, Levels
from venuekit.route.candidate import Candidate
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, PX_SCALE, RATE_PER_BPS, Nanos, Px, Qty, Rate, Usd

NOW = Nanos(10**18)
SYMBOL = "BTC-USD"
LOTS = st.sampled_from([1, 2, 5])


def levels(*rows: tuple[float, int]) -> Levels:
    """Write a side as (price in whole quote, quantity units)."""
    return [(Px(round(px * PX_SCALE)), Qty(qty)) for px, qty in rows]


def venue(
    name: str,
    asks: Levels,
    bids: Levels | None = None,
    *,
    taker: float | None = 0.0,
    maker: float | None = 0.0,
    lot: int = 1,
    tick: int = 1,
    min_qty: int = 0,
    max_qty: int = 0,
    min_notional: int = 0,
    age_s: float = 0,
    latency_ns: int = 0,
    free: int | None = None,
    symbol: str = SYMBOL,
    untradable: str = "",
    model: FeeModel = FeeModel.NOTIONAL,
    connected: bool = True,
    authorised: bool = True,
) -> Candidate:
    """Make a candidate; fees in basis points."""
    book = Book()
    born = Nanos(NOW - int(age_s * NANOS_PER_S))
    book.restore(BookSnapshot(symbol, levels((1, 1)) if bids is None else bids, asks, seq=1), born)
    every = Consolidated(symbol)
    every.attach(name, book)
    instrument = Instrument(
        symbol=symbol,
        kind=Kind.SPOT,
        venue=name,
        venue_symbol=symbol,
        base="BTC",
        quote="USD",
        tick=Px(tick),
        lot=Qty(lot),
        min_qty=Qty(min_qty),
        max_qty=Qty(max_qty),
        min_notional=Usd(min_notional),
        fees=FeeSchedule(_rate(maker), _rate(taker), model=model),
        untradable=untradable,
    )
    return Candidate(
        venue=name,
        instrument=instrument,
        book=book,
        quote=every.quote(name, NOW),
        connected=connected,
        authorised=authorised,
        latency_ns=Nanos(latency_ns),
        free=None if free is None else Qty(free),
    )


def _rate(bps: float | None) -> Rate | None:
    return None if bps is None else Rate(round(bps * RATE_PER_BPS))


@st.composite
def markets(draw: st.DrawFn, *, plain: bool = False, most: int = 4) -> list[Candidate]:
    """Draw up to `most` venues around a price of 100; `plain` ones have no minimums, lots or rooms."""
    names = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=most))
    return [_draw_venue(draw, name, plain) for name in names]


def _draw_venue(draw: st.DrawFn, name: str, plain: bool) -> Candidate:
    rows = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 20)), max_size=4)
    free = st.none() | st.integers(0, 60)
    return venue(
        name,
        [(Px((100 + step) * PX_SCALE), Qty(qty)) for step, qty in draw(rows)],
        [(Px((100 - step) * PX_SCALE), Qty(qty)) for step, qty in draw(rows)],
        taker=draw(st.sampled_from([-2.0, 0.0, 5.0, 50.0, 300.0])),
        age_s=draw(st.sampled_from([0.0, 2.0])),
        lot=1 if plain else draw(LOTS),
        min_qty=0 if plain else draw(st.sampled_from([0, 3, 10])),
        max_qty=0 if plain else draw(st.sampled_from([0, 0, 25])),
        min_notional=0 if plain else draw(st.sampled_from([0, 5_000])),
        free=None if plain else draw(free),
    )


SIDES = st.sampled_from(Side)
