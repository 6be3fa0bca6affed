"""EX, what the account holds and what trading costs it.

What must stay true: sums are those of the exchange, which counts them by itself.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from venuekit.capability import Op
from venuekit.fill import Fill
from venuekit.instrument import FeeModel, FeeSchedule
from venuekit.order import Balance
from venuekit.side import Side
from venuekit.units import Qty
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, law

FINEST: Final = Decimal("0.00000002")  # balances may be rounded down, and fees up
CENT: Final = Decimal("0.01")  # some venues tell cash in cents


@law("EX-880", Level.TRADING, Op.BALANCES, core=True)
def test_ex880_balances_are_what_the_account_holds(bench: Bench) -> None:
    """EX-880. Each asset is told with what is free, in whole units of the asset: neither cents nor atoms."""
    told = _balances(bench)
    for asset in bench.truth.held(bench.instrument.venue_symbol):
        assert asset in told, f"the account holds {asset}, and it is not told"
        _check_near(bench, asset, told[asset].free, bench.truth.holding(asset)[0])
        assert not told[asset].locked, f"nothing rests, and {told[asset]} tells of what is locked"


@law("EX-890", Level.TRADING, Op.SUBMIT, Op.BALANCES, core=True)
def test_ex890_an_order_that_rests_locks_what_it_may_spend(bench: Bench) -> None:
    """EX-890. What resting orders hold is not free. Told as free, it is spent twice by the next order."""
    for side in Side:
        bench.rest(side)
    told = _balances(bench)
    for asset in bench.truth.held(bench.instrument.venue_symbol):
        free, locked = bench.truth.holding(asset)
        _check_near(bench, asset, told[asset].free, free)
        if told[asset].locked:
            _check_near(bench, asset, told[asset].locked, locked)


@law("EX-900", Level.TRADING, Op.SUBMIT, Op.BALANCES, core=True)
def test_ex900_a_trade_moves_the_balances(bench: Bench) -> None:
    """EX-900. After a trade the balances are the new ones, fee included. What was read before is old."""
    _balances(bench)
    bench.submit(bench.order(Side.BUY, bench.px_through(Side.BUY)))
    told = _balances(bench)
    for asset in bench.truth.held(bench.instrument.venue_symbol):
        free, locked = bench.truth.holding(asset)
        _check_near(bench, asset, Qty(told[asset].free + told[asset].locked), free + locked)


@law("EX-910", Level.TRADING, Op.SUBMIT, Op.FEES, Op.FILLS)
def test_ex910_the_fee_that_is_told_is_the_fee_that_is_paid(bench: Bench) -> None:
    """EX-910. What `fees` tells a taker is what a trade pays. Mind per cent and basis points."""
    schedule = bench.run(bench.venue.fees(bench.instrument, bench.now()))
    assert schedule.taker is not None, "the account's fees are known to the venue: tell them"
    assert schedule.maker is None or schedule.maker <= schedule.taker, f"makers pay no more: {schedule}"
    bench.crowd.fund(bench.instrument)
    bench.submit(bench.order(Side.BUY, bench.px_through(Side.BUY), Qty(20 * bench.qty)))
    fills = bench.fills()
    paid = sum((_paid(bench, fill) for fill in fills), Decimal(0))
    due = sum((_due(schedule, fill) for fill in fills), Decimal(0))
    assert abs(paid - due) <= max(CENT, due / 10), f"{schedule} says {due}, and {paid} was paid"


def _due(schedule: FeeSchedule, fill: Fill) -> Decimal:
    px, rate = Decimal(fill.px).scaleb(-9), Decimal(schedule.taker or 0).scaleb(-8)
    charged = px * (1 - px) if schedule.model is FeeModel.PROBABILITY else px
    return charged * Decimal(fill.qty).scaleb(-8) * rate


def _paid(bench: Bench, fill: Fill) -> Decimal:
    """Give a fee in the quote asset."""
    fee = Decimal(fill.fee).scaleb(-9)
    return fee * Decimal(fill.px).scaleb(-9) if fill.fee_asset == bench.instrument.base else fee


def _balances(bench: Bench) -> dict[str, Balance]:
    told = bench.run(bench.venue.balances(bench.now()))
    assert len({each.asset for each in told}) == len(told), f"an asset is told twice: {told}"
    return {each.asset: each for each in told}


def _check_near(bench: Bench, asset: str, told: Qty, exact: Decimal) -> None:
    """Compare with what the exchange holds; money may be rounded to cents."""
    step = CENT if asset == bench.instrument.quote else FINEST
    off = abs(Decimal(told).scaleb(-8) - exact)
    assert off <= step, f"{asset}: the account holds {exact}, told was {Decimal(told).scaleb(-8)}"
