"""EX, refusals: what we can know is refused before the wire; what the venue says is kept, word and code, and sorted.

What must stay true: after a refusal nothing lives at the exchange, and nothing was sent twice.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import msgspec

from venuekit.capability import Feature, Op
from venuekit.errors import Invalid, NotSent, OutcomeUnknown, Refused, RejectReason, TradeError
from venuekit.order import Accepted, NewOrder
from venuekit.side import Side
from venuekit.units import Px, Qty
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, law
from venuekit_testkit.simulate.fault import Fault

ROUNDING_LEFT_TO_USERS: Final = (
    "https://github.com/nautechsystems/nautilus_trader/issues/3612",
    "https://github.com/richkuo/go-trader/issues/105",
    "https://github.com/hyperliquid-dex/hyperliquid-python-sdk/issues/179",
    "https://github.com/hyperliquid-dex/hyperliquid-rust-sdk/issues/33",
)
OF_THE_MARKET: Final = (RejectReason.BAD_VENUE, RejectReason.EXCHANGE_REJECT, RejectReason.INVALID_PARAMS)


@law("EX-920", Level.TRADING, Op.SUBMIT, core=True)
def test_ex920_too_little_money_is_insufficient_balance(bench: Bench) -> None:
    """EX-920. An order that the account cannot pay is Refused as INSUFFICIENT_BALANCE, with the venue's code."""
    order = bench.order()
    bench.crowd.leave_us(order, 0)
    error = _refused(bench, order)
    assert error.reason is RejectReason.INSUFFICIENT_BALANCE, f"the money was short, not {error.reason.value}: {error}"


@law("EX-930", Level.TRADING, Op.SUBMIT, core=True, incidents=ROUNDING_LEFT_TO_USERS)
def test_ex930_a_price_off_the_grid_never_leaves(bench: Bench) -> None:
    """EX-930. A price between two ticks is Invalid before any request. It is never rounded: that is another order."""
    for side in Side:
        px = bench.px_away(side)
        _invalid(bench, bench.order(side, Px(px - 1)))
        _invalid(bench, bench.order(side, Px(px + 1)))


@law("EX-940", Level.TRADING, Op.SUBMIT, core=True, incidents=ROUNDING_LEFT_TO_USERS)
def test_ex940_a_quantity_off_the_grid_never_leaves(bench: Bench) -> None:
    """EX-940. A quantity between two lots is Invalid before any request, and is never rounded."""
    if bench.instrument.lot > 1:
        _invalid(bench, bench.order(qty=Qty(bench.qty + 1)))
        _invalid(bench, bench.order(qty=Qty(bench.qty - 1)))


@law("EX-950", Level.TRADING, Op.SUBMIT, core=True)
def test_ex950_too_small_or_too_big_never_leaves(bench: Bench) -> None:
    """EX-950. Below the smallest quantity or notional, or above the largest, is Invalid before any request."""
    traded = bench.instrument
    if traded.min_qty > traded.lot:
        _invalid(bench, bench.order(qty=Qty(traded.min_qty - traded.lot)))
    if traded.max_qty:
        _invalid(bench, bench.order(qty=Qty(traded.max_qty + traded.lot)))
    least = max(traded.min_qty, traded.lot)
    if bench.px_away(Side.BUY) * least < traded.min_notional * 10**8:
        _invalid(bench, bench.order(qty=Qty(least)))


@law("EX-955", Level.TRADING, Op.SUBMIT, core=True)
def test_ex955_what_is_not_tradable_never_leaves(bench: Bench) -> None:
    """EX-955. An instrument listed with a reason not to trade it takes no order: Invalid, before any request."""
    closed = msgspec.structs.replace(bench.instrument, untradable="its grid does not fit our scale")
    _invalid(bench, msgspec.structs.replace(bench.order(), instrument=closed))


@law("EX-960", Level.TRADING, Op.SUBMIT, core=True)
def test_ex960_a_closed_market_refuses(bench: Bench) -> None:
    """EX-960. A market that closed after it was listed refuses: a Refused of the market, not an unknown outcome."""
    order = bench.order()
    bench.exchange.markets[order.instrument.venue_symbol].is_open = False
    error = _refused(bench, order)
    assert error.reason in OF_THE_MARKET, f"the market is closed, not {error.reason.value}: {error}"


@law("EX-965", Level.TRADING, Op.SUBMIT, core=True)
def test_ex965_an_unknown_market_refuses(bench: Bench) -> None:
    """EX-965. A market that the venue does not have is refused with proof: the market or the parameters are bad."""
    order = bench.order()
    gone = bench.exchange.markets.pop(order.instrument.venue_symbol)
    error = _refused(bench, order)
    bench.exchange.markets[order.instrument.venue_symbol] = gone
    assert error.reason in OF_THE_MARKET, f"there is no such market, and the reason is {error.reason.value}: {error}"


@law("EX-970", Level.TRADING, Op.SUBMIT, Op.QUERY, Feature.FIND_BY_CLIENT_ID, core=True)
def test_ex970_a_used_client_id_never_hides_the_order_that_has_it(bench: Bench) -> None:
    """EX-970. An order under an id that lives is not placed twice, and not called refused: the first one lives.

    A resend after a lost answer ends here. `Refused` would book the living order as dead; raise OutcomeUnknown, so that
    it is looked up by its id, or give the order that has the id.
    """
    order = bench.order()
    first = bench.submit(order)
    told = bench.outcome(bench.venue.submit(order, bench.now()))
    assert len(bench.truth.orders) == 1, f"one id, one order, were {bench.truth.orders}"
    same = isinstance(told, Accepted) and told.venue_id == first.venue_id
    assert same or isinstance(told, OutcomeUnknown), f"the order of this id lives, and {told!r} was told"


@law("EX-975", Level.TRADING, Op.SUBMIT, Feature.POST_ONLY)
def test_ex975_a_post_only_order_that_would_take_is_a_refusal_of_the_exchange(bench: Bench) -> None:
    """EX-975. A post-only order that would take is refused as EXCHANGE_REJECT: the market moved.

    INVALID_PARAMS would stop a strategy that may simply quote again.
    """
    order = bench.order(Side.BUY, bench.px_through(Side.BUY), post_only=True)
    told = bench.outcome(bench.venue.submit(order, bench.now()))
    reason = told.reason if isinstance(told, Refused) else RejectReason.EXCHANGE_REJECT
    assert reason is RejectReason.EXCHANGE_REJECT, f"it would take, and {reason.value} is told: {told!r}"


@law("EX-980", Level.TRADING, Op.SUBMIT, core=True)
def test_ex980_a_bad_key_is_auth(bench: Bench) -> None:
    """EX-980. A key that the venue does not know is Refused as AUTH, and neither it nor its secret is in the words."""
    wrong = msgspec.structs.replace(bench.keys, api_key=bench.keys.api_key[::-1])
    venue = bench.build(wrong)
    order = bench.order()
    error = bench.fails(Refused, partial(venue.submit, order, bench.now()))
    assert isinstance(error, Refused)
    assert error.reason is RejectReason.AUTH, f"the key is unknown, and {error.reason.value} is told: {error}"
    assert not bench.truth.orders, "an order came of it"
    for secret in (wrong.api_secret, wrong.api_key):
        assert not secret or secret not in str(error), "the words tell a key"


@law("EX-985", Level.TRADING, Op.SUBMIT, core=True)
def test_ex985_too_many_requests_is_rate_limit(bench: Bench) -> None:
    """EX-985. A 429 is proof that nothing was done: Refused as RATE_LIMIT, and not tried again by the plugin."""
    order = bench.order()
    bench.simulator.faults.plan(Fault.RATE_LIMIT, Op.SUBMIT.value)
    error = _refused(bench, order)
    assert error.reason is RejectReason.RATE_LIMIT, f"too many requests, and {error.reason.value} is told: {error}"


@law("EX-990", Level.TRADING, Op.SUBMIT, core=True)
def test_ex990_a_bad_client_id_never_leaves(bench: Bench) -> None:
    """EX-990. A client id that the venue cannot take is Invalid before any request. Changed, it is found no more."""
    for odd in ("", "x" * 500, "with space", "snö\n"):
        _invalid(bench, msgspec.structs.replace(bench.order(), client_id=odd))


def _refused(bench: Bench, order: NewOrder) -> Refused:
    """Submit an order that the venue must refuse; give the refusal."""
    before, had = len(bench.sent), len(bench.truth.resting)
    error = bench.fails(Refused, partial(bench.venue.submit, order, bench.now()))
    assert isinstance(error, Refused)
    assert error.code, f"a refusal carries the venue's own code, verbatim: {error}"
    assert len(bench.sent) == before + 1, f"what is refused is sent once, were {bench.sent[before:]}"
    assert len(bench.truth.resting) == had, "it was refused, and it rests"
    return error


def _invalid(bench: Bench, order: NewOrder) -> None:
    """Submit an order that breaks a rule we know: it must not leave."""
    before = len(bench.sent)
    error: TradeError = bench.fails(NotSent, partial(bench.venue.submit, order, bench.now()))
    assert isinstance(error, Invalid), f"it breaks a rule that we know: Invalid, was {type(error).__name__}"
    assert len(bench.sent) == before, f"it breaks a rule that we know, and was sent: {bench.sent[before:]}"
