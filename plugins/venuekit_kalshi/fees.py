"""Kalshi: what a trade costs, as a rate for the router, and as the exact fee of one fill.

Used by `markets.py` and `venue.py`; `trade_fee` and `rounding_fee` are for whoever wants the cents before the venue
tells them. What must stay true: a fee is never understated, and one that we do not know is None, not 0.
  1. The trade fee is rate × C × P × (1 − P), rounded up to $0.0001.
  2. The change of the balance is floored to the account's precision; the difference is the rounding fee.
  3. An order that overpaid more than a cent by rounding gets whole cents back, which is known only to the venue.
Sources: https://docs.kalshi.com/getting_started/fee_rounding; OpenAPI 3.34.0, FeeType
(https://docs.kalshi.com/openapi.yaml); https://kalshi.com/docs/kalshi-fee-schedule.pdf; read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from venuekit.instrument import FeeModel, FeeSchedule
from venuekit.units import PX_SCALE, QTY_SCALE, RATE_SCALE, Px, Qty, Rate, Usd
from venuekit_kalshi.outcome import ONE
from venuekit_kalshi.wire import Event, Series

TAKER: Final = Rate(7 * RATE_SCALE // 100)  # 0.07
MOST: Final = 100  # as a multiplier; more is nonsense, and nonsense is not a fee
CENTICENT: Final = Usd(PX_SCALE // 10_000)  # $0.0001
CENT: Final = Usd(PX_SCALE // 100)

# What a maker pays, in hundredths of a taker's fee. "flat" has no published formula, so its fee is unknown.
MAKER_PARTS: Final[Mapping[str, int]] = {
    "quadratic": 0,
    "quadratic_with_maker_fees": 25,
    "quadratic_with_combo_maker_fees": 50,
}
UNKNOWN_FEES: Final = FeeSchedule(None, None, "the venue publishes no formula for it", FeeModel.PROBABILITY)


def to_schedule(event: Event, series: Series | None) -> FeeSchedule | None:
    """Read what an event's markets cost: its own overrides, or its series' terms; None where neither makes sense."""
    kind = event.fee_type_override or (series.fee_type if series else None)
    factor = event.fee_multiplier_override
    if factor is None and series is not None:
        factor = series.fee_multiplier
    part = MAKER_PARTS.get(kind or "")
    if part is None or factor is None or not 0 <= factor <= MOST:
        return None
    taker = scale_rate(TAKER, factor)
    source = f"{'event' if event.fee_type_override else 'series'} {kind} × {factor}"
    return FeeSchedule(Rate(-(-taker * part // 100)), taker, source, FeeModel.PROBABILITY)


def scale_rate(rate: Rate, factor: Decimal) -> Rate:
    """Multiply a rate by the venue's factor, exactly, rounded up."""
    above, below = factor.as_integer_ratio()
    return Rate(-(-rate * above // below))


def trade_fee(rate: Rate, px: Px, qty: Qty) -> Usd:
    """Compute the fee of one fill, rounded up to $0.0001; the same for both outcomes."""
    scale = RATE_SCALE * PX_SCALE * QTY_SCALE * CENTICENT  # of rate × C × P × (1 − P), in centicents
    return Usd(-(-rate * px * (ONE - px) * qty // scale) * CENTICENT)


def rounding_fee(change: Usd, precision: Usd) -> Usd:
    """Give what is taken to bring a change of the balance, fee included, down to the account's precision.

    `precision` is $0.0001 for a direct member and $0.01 for others; a buyer's change is negative.
    """
    return Usd(change % precision)
