"""VS, what markets that end pay: redemption, settlements, positions and the money after it.

What must stay true: money moves once, and what is called paid was paid; the exchange's own sums are the measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from venuekit.capability import Mode, Op
from venuekit.errors import Refused
from venuekit.order import Redeemed
from venuekit.position import Settlement
from venuekit.side import Side
from venuekit.units import Nanos, Qty
from venuekit_testkit.bench.bench import START, Bench
from venuekit_testkit.law import Level, law

CENT: Final = Decimal("0.01")
WEEK_S: Final = 7 * 86_400  # no venue takes longer to pay once a market has ended
WINNINGS_STUCK: Final = (
    "https://github.com/Polymarket/py-clob-client/issues/139",
    "https://github.com/Polymarket/py-clob-client/issues/131",
    "https://github.com/Polymarket/py-clob-client/issues/295",
    "https://github.com/Polymarket/polymarket-cli/issues/46",
)
FLAT_OR_NOT: Final = (
    "https://github.com/nautechsystems/nautilus_trader/issues/4736",
    "https://github.com/nautechsystems/nautilus_trader/issues/3104",
)


@law("VS-110", Level.SPECIALS, Op.SUBMIT, Op.REDEEM)
def test_vs110_nothing_is_paid_before_a_market_ends(bench: Bench) -> None:
    """VS-110. To redeem a market that trades is refused, or a noop; it is never called settled, and no money moves."""
    _buy(bench)
    before = _money(bench)
    told = bench.outcome(bench.venue.redeem(bench.instrument, bench.now()))
    assert isinstance(told, Redeemed | Refused), f"the market trades, and told was {told!r}"
    assert isinstance(told, Refused) or told.mode is Mode.NOOP, f"the market trades, and it is called {told.mode.value}"
    assert _money(bench) == before, "money moved"


@law("VS-120", Level.SPECIALS, Op.SUBMIT, Op.REDEEM, incidents=WINNINGS_STUCK)
def test_vs120_a_market_that_ended_pays_what_was_won(bench: Bench) -> None:
    """VS-120. After it ended, to redeem gives the money of the contracts that won, in the way that the table says."""
    _buy(bench)
    before = _money(bench)
    _end(bench, "yes", "1")
    told = bench.run(bench.venue.redeem(bench.instrument, bench.now()))
    won = Decimal(bench.qty).scaleb(-8)
    assert abs(_money(bench) - before - won) <= CENT, f"{won} was won, and {_money(bench) - before} came"
    assert told.mode is bench.supports(Op.REDEEM).mode, f"the table says otherwise than {told.mode.value}"


@law("VS-130", Level.SPECIALS, Op.SUBMIT, Op.REDEEM)
def test_vs130_to_redeem_twice_pays_once(bench: Bench) -> None:
    """VS-130. A second redemption moves no money, and says so: a noop, unless the venue pays by itself in any case."""
    _buy(bench)
    _end(bench, "yes", "1")
    bench.run(bench.venue.redeem(bench.instrument, bench.now()))
    before = _money(bench)
    told = bench.run(bench.venue.redeem(bench.instrument, bench.now()))
    assert _money(bench) == before, "it paid twice"
    assert told.mode in (Mode.NOOP, Mode.AUTO_SETTLED), f"nothing was done, and it is called {told.mode.value}"


@law("VS-140", Level.SPECIALS, Op.REDEEM)
def test_vs140_to_redeem_nothing_is_a_noop(bench: Bench) -> None:
    """VS-140. A market that ended and of which we had nothing gives a noop, no error and no settlement."""
    _end(bench, "yes", "1")
    told = bench.run(bench.venue.redeem(bench.instrument, bench.now()))
    assert told.mode is Mode.NOOP, f"nothing was held, and it is called {told.mode.value}"


@law("VS-150", Level.SPECIALS, Op.SUBMIT, Op.REDEEM)
def test_vs150_what_was_lost_pays_nothing(bench: Bench) -> None:
    """VS-150. Contracts that lost are gone after it, and no money comes of them."""
    _buy(bench)
    before = _money(bench)
    _end(bench, "no", "0")
    bench.outcome(bench.venue.redeem(bench.instrument, bench.now()))
    assert abs(_money(bench) - before) <= CENT, f"nothing was won, and {_money(bench) - before} came"
    if bench.supports(Op.POSITIONS):
        assert _position(bench) == 0, f"it lost, and {_position(bench)} are told"


@law("VS-210", Level.SPECIALS, Op.SUBMIT, Op.SETTLEMENTS)
def test_vs210_a_settlement_tells_what_was_held_and_paid(bench: Bench) -> None:
    """VS-210. Each market that ended is told once: what we held, signed, the result, and what was paid for it."""
    _buy(bench)
    _end(bench, "yes", "1")
    (told,) = _settlements(bench)
    assert told.venue_symbol == bench.instrument.venue_symbol, f"{bench.instrument.symbol} ended, told was {told}"
    assert told.qty == bench.qty, f"{bench.qty} were held, told was {told.qty}"
    assert abs(Decimal(told.paid).scaleb(-9) - Decimal(bench.qty).scaleb(-8)) <= CENT, f"each pays one, told was {told}"
    assert told.result, "the venue's word for the result is missing"
    assert abs(told.ts - bench.now()) < 2 * WEEK_S * 10**9, f"its time is no time in nanoseconds: {told.ts}"


@law("VS-220", Level.SPECIALS, Op.SUBMIT, Op.SETTLEMENTS)
def test_vs220_the_other_side_is_paid_the_other_price(bench: Bench) -> None:
    """VS-220. What was sold is held as a negative quantity, and is paid where the market ends the other way."""
    bench.submit(bench.order(Side.SELL, bench.px_through(Side.SELL)))
    _end(bench, "no", "0")
    (told,) = _settlements(bench)
    assert told.qty == -bench.qty, f"{bench.qty} were sold, told was {told.qty}"
    assert abs(Decimal(told.paid).scaleb(-9) - Decimal(bench.qty).scaleb(-8)) <= CENT, f"each pays one, told was {told}"


@law("VS-230", Level.SPECIALS, Op.SUBMIT, Op.SETTLEMENTS)
def test_vs230_settlements_since_a_time_include_it(bench: Bench) -> None:
    """VS-230. Settlements since a time are those at it and after; one nanosecond later there are none."""
    _buy(bench)
    _end(bench, "yes", "1")
    (told,) = _settlements(bench)
    assert list(_settlements(bench, told.ts)) == [told], "a settlement at the very time is left out"
    later = _settlements(bench, Nanos(told.ts + 3600 * 10**9))
    assert not later, f"nothing was settled an hour later, told was {later}"


@law("VS-310", Level.SPECIALS, Op.SUBMIT, Op.POSITIONS, incidents=FLAT_OR_NOT)
def test_vs310_positions_are_signed(bench: Bench) -> None:
    """VS-310. What was bought is positive, what was sold beyond it negative, and what is even is not held."""
    assert _position(bench) == 0, "nothing was traded, and a position is told"
    _buy(bench)
    assert _position(bench) == bench.qty, f"{bench.qty} were bought, told was {_position(bench)}"
    bench.submit(bench.order(Side.SELL, bench.px_through(Side.SELL), Qty(2 * bench.qty)))
    assert _position(bench) == -bench.qty, f"{bench.qty} were sold beyond it, told was {_position(bench)}"
    _buy(bench)
    assert _position(bench) == 0, f"it is even, told was {_position(bench)}"


@law("VS-320", Level.SPECIALS, Op.SUBMIT, Op.POSITIONS, Op.FILLS, incidents=FLAT_OR_NOT)
def test_vs320_a_position_is_the_sum_of_its_trades(bench: Bench) -> None:
    """VS-320. Trades add up to the position that is told, whichever way they came and however they ended."""
    for side, lots in ((Side.BUY, 3), (Side.SELL, 1), (Side.BUY, 2)):
        bench.crowd.take(bench.rest(side).id.client_id)
        bench.submit(bench.order(side, bench.px_through(side), Qty(lots * bench.qty)))
    total = sum(fill.side.sign * fill.qty for fill in bench.fills())
    assert _position(bench) == total, f"the trades add up to {total}, told was {_position(bench)}"


@law("VS-330", Level.SPECIALS, Op.SUBMIT, Op.POSITIONS, Op.SETTLEMENTS)
def test_vs330_after_a_market_ended_nothing_of_it_is_held(bench: Bench) -> None:
    """VS-330. A market that ended and paid is no position any more: told on, it is counted as money twice."""
    _buy(bench)
    assert _position(bench) > 0, "it was bought, and is not held"
    _end(bench, "yes", "1")
    if bench.supports(Op.REDEEM):
        bench.run(bench.venue.redeem(bench.instrument, bench.now()))
    assert _position(bench) == 0, f"it ended and paid, and {_position(bench)} are told"


@law("VS-340", Level.SPECIALS, Op.SUBMIT, Op.POSITIONS, Op.BALANCES)
def test_vs340_balances_have_what_was_paid(bench: Bench) -> None:
    """VS-340. After a market ended and paid, the balances have it."""
    _buy(bench)
    _end(bench, "yes", "1")
    if bench.supports(Op.REDEEM):
        bench.run(bench.venue.redeem(bench.instrument, bench.now()))
    free, _ = bench.truth.holding(bench.instrument.quote)
    told = {each.asset: each.free for each in bench.run(bench.venue.balances(bench.now()))}[bench.instrument.quote]
    assert abs(Decimal(told).scaleb(-8) - free) <= CENT, f"{free} is free, told was {told}"


def _buy(bench: Bench) -> None:
    bench.submit(bench.order(Side.BUY, bench.px_through(Side.BUY)))


def _end(bench: Bench, result: str, pays: str) -> None:
    """End the market, and wait until it paid what it pays by itself."""
    with bench.exchange.at(bench.now()):
        bench.exchange.resolve(bench.instrument.venue_symbol, result, pays)
    bench.wait(WEEK_S)
    bench.run(bench.venue.instruments())


def _money(bench: Bench) -> Decimal:
    return sum(bench.truth.holding(bench.instrument.quote), Decimal(0))


def _settlements(bench: Bench, since: Nanos = START) -> Sequence[Settlement]:
    if bench.supports(Op.REDEEM) and since == START:
        bench.run(bench.venue.redeem(bench.instrument, bench.now()))
    return bench.run(bench.venue.settlements(since, bench.now()))


def _position(bench: Bench) -> Qty:
    told = bench.run(bench.venue.positions(bench.now()))
    mine = [each.qty for each in told if each.venue_symbol == bench.instrument.venue_symbol]
    assert len(mine) <= 1, f"one market is one position, told was {told}"
    return Qty(sum(mine))
