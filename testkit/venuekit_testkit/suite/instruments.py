"""IN: what a venue lists: symbols that are found again, grids that can be counted on, fees that are not guessed.

The router multiplies by these numbers, so one that is wrong is paid for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Final

from venuekit.capability import Op
from venuekit.instrument import FeeSchedule, Kind, canonical_symbol, infer_kind
from venuekit.units import RATE_SCALE, format_fixed
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, Setting, law

MOST: Final = RATE_SCALE // 5  # a fifth of the value: more is a percentage read as a fraction
DRIFT: Final = (
    "https://github.com/pmxt-dev/pmxt/issues/59",
    "https://github.com/ryanfrigo/kalshi-ai-trading-bot/pull/41",
)


@law("IN-100", Level.MARKET_DATA, Op.INSTRUMENTS, core=True, setting=Setting.MARKET)
def test_in100_what_is_traded_is_listed(bench: Bench) -> None:
    """IN-100. The venue lists nothing, or not the market that `conformance.toml` names, or that is closed."""
    assert bench.instruments, "the venue lists no instrument"
    assert not bench.instrument.untradable, f"{bench.instrument.symbol} cannot be traded: {bench.instrument.untradable}"


@law("IN-110", Level.MARKET_DATA, Op.INSTRUMENTS, core=True, setting=Setting.MARKET)
def test_in110_no_symbol_is_listed_twice(bench: Bench) -> None:
    """IN-110. Two instruments have one symbol, so an order for it may go to the wrong one."""
    twice = [symbol for symbol, times in Counter(each.symbol for each in bench.instruments).items() if times > 1]
    assert not twice, f"listed more than once: {twice[:5]}"


@law("IN-120", Level.MARKET_DATA, Op.INSTRUMENTS, core=True, setting=Setting.MARKET)
def test_in120_symbols_are_spelt_canonically(bench: Bench) -> None:
    """IN-120. A symbol is not spelt our way, so what a client asks for is not found.

    What `canonical_symbol` makes of it must be itself: upper case, `BASE-QUOTE` of a spot market, `-PERP` behind a
    perpetual's, a side behind a prediction's.
    """
    for each in bench.instruments:
        spelt = canonical_symbol(each.symbol)
        assert spelt == each.symbol, f"{each.symbol!r} is spelt {spelt!r}"
        plain = f"{each.base}-{each.quote}"
        assert each.kind is not Kind.SPOT or each.symbol == canonical_symbol(plain), f"{each.symbol} is of {plain}"


@law("IN-130", Level.MARKET_DATA, Op.INSTRUMENTS, setting=Setting.MARKET)
def test_in130_an_instrument_is_of_this_venue_and_of_a_known_kind(bench: Bench) -> None:
    """IN-130. An instrument names another venue, no venue symbol, no assets, or a kind that its symbol does not tell.

    The kind is inferred from the symbol wherever only the symbol is at hand.
    """
    for each in bench.instruments:
        assert each.venue == bench.venue.id, f"{each.symbol} says that it is of {each.venue!r}"
        assert each.venue_symbol, f"{each.symbol} has no venue symbol"
        assert all((each.base, each.quote)), f"{each.symbol} names no base or no quote"
        assert each.kind in bench.venue.capabilities, f"{each.symbol} is of a kind without a table: {each.kind.value}"
        assert infer_kind(each.symbol) is each.kind, f"{each.symbol} is {each.kind.value}, its symbol says otherwise"


@law("IN-140", Level.MARKET_DATA, Op.INSTRUMENTS, core=True, setting=Setting.MARKET, incidents=DRIFT)
def test_in140_grids_are_positive_and_limits_in_order(bench: Bench) -> None:
    """IN-140. A step is 0, a minimum is above its maximum, or a limit is negative.

    A field that the venue renamed reads as 0, and every order then has the wrong size: a missing number is an error.
    """
    for each in bench.instruments:
        assert min(each.min_qty, each.max_qty, each.min_notional, each.tick, each.lot) >= 0, f"{each.symbol}: below 0"
        if not each.untradable:
            assert min(each.tick, each.lot) > 0, f"{each.symbol} has a step of 0: tick {each.tick}, lot {each.lot}"
            ordered = not each.max_qty or each.min_qty <= each.max_qty
            assert ordered, f"{each.symbol}: min_qty {each.min_qty} is above max_qty {each.max_qty}"


@law(
    "IN-150",
    Level.MARKET_DATA,
    Op.INSTRUMENTS,
    setting=Setting.MARKET,
    incidents=("https://github.com/nautechsystems/nautilus_trader/issues/3612",),
)
def test_in150_bands_ascend_and_the_tick_is_the_finest(bench: Bench) -> None:
    """IN-150. Bands of prices overlap, descend, end off their own step, or the tick is not the finest of them."""
    for each in bench.instruments:
        for band in each.bands:
            assert 0 < band.start <= band.end, f"{each.symbol}: a band goes from {band.start} to {band.end}"
            assert band.step > 0, f"{each.symbol}: a band has the step {band.step}"
            assert band.holds(band.end), f"{each.symbol}: the band to {band.end} ends off its own step"
        for lower, upper in pairwise(each.bands):
            assert lower.end <= upper.start, f"{each.symbol}: the bands from {lower.start} and {upper.start} overlap"
        finest = min((band.step for band in each.bands), default=each.tick)
        assert each.tick == finest, f"{each.symbol}: the tick is {each.tick}, the finest band's step {finest}"


@law("IN-160", Level.MARKET_DATA, Op.INSTRUMENTS, setting=Setting.MARKET)
def test_in160_fees_are_known_or_unknown_and_never_free_by_default(bench: Bench) -> None:
    """IN-160. An instrument's fees are 0 without a source, or beyond belief.

    Unknown is None: the router then does not route. A default of 0 sends it where trading only seems to be free.
    """
    for each in bench.instruments:
        if each.fees is not None:
            require_sane(each.symbol, each.fees)


@law("IN-170", Level.MARKET_DATA, Op.FEES)
def test_in170_fees_are_told_without_keys(bench: Bench) -> None:
    """IN-170. Without keys the venue tells no fees, or asks for the account's.

    The public schedule is what a preview counts with.
    """
    schedule = bench.run(bench.build(None).fees(bench.instrument, bench.now()))
    require_sane(bench.instrument.symbol, schedule)
    assert schedule.source, "say where the public schedule is published"


@law("IN-180", Level.MARKET_DATA, Op.INSTRUMENTS, core=True)
def test_in180_every_market_is_listed_with_the_grid_that_it_has(bench: Bench) -> None:
    """IN-180. A market is left out of the list, or its grid and minimum are not those of the venue.

    One odd market never hides the others: what is closed, or has steps finer than we count, is listed with the reason
    in `untradable`, and nothing of it is rounded until it fits.
    """
    listed = {each.venue_symbol: each for each in bench.instruments}
    missing = sorted(set(bench.exchange.markets) - set(listed))
    assert not missing, f"the venue has {missing[:5]}, which the plugin does not list"
    for symbol, market in bench.exchange.markets.items():
        each = listed[symbol]
        assert market.is_open or each.untradable, f"{each.symbol} is closed at the venue and can be traded here"
        if not each.untradable:
            told = tuple(format_fixed(*one) for one in ((each.tick, 9), (each.lot, 8), (each.min_qty, 8)))
            true = tuple(map(Decimal, (market.tick, market.lot, market.min_qty)))
            assert tuple(map(Decimal, told)) == true, f"{each.symbol} has tick, lot, minimum {true}, told as {told}"


@law("IN-190", Level.MARKET_DATA, Op.INSTRUMENTS)
def test_in190_a_step_that_cannot_be_counted_is_not_rounded(bench: Bench) -> None:
    """IN-190. A market with steps finer than our scale can be traded, so its prices are rounded somewhere.

    A tick is a multiple of 10⁻⁹, a lot of 10⁻⁸; list what is finer with the reason and refuse its orders.
    """
    for each in bench.instruments:
        market = bench.exchange.markets[each.venue_symbol]
        fits = not (market.tick.scaleb(9) % 1 or market.lot.scaleb(8) % 1)
        assert fits or each.untradable, f"{each.symbol}: tick {market.tick}, lot {market.lot} do not fit our scale"


def require_sane(symbol: str, fees: FeeSchedule) -> None:
    """Check a schedule. Raises: AssertionError."""
    for rate in _rates(fees):
        assert -MOST < rate < MOST, f"{symbol}: a rate of {rate} is a fifth of the value or more, × 10⁻⁸"
    free = (fees.maker, fees.taker) == (0, 0)
    assert not free or fees.source, f"{symbol} trades for nothing: say where that stands, or None where it is unknown"
    both = fees.maker is None or fees.taker is None or fees.maker <= fees.taker
    assert both, f"{symbol}: who waits pays more ({fees.maker}) than who takes ({fees.taker})"


def _rates(fees: FeeSchedule) -> Iterator[int]:
    yield from (rate for rate in (fees.maker, fees.taker) if rate is not None)
