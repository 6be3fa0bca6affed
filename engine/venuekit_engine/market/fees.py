"""Fees in the public shape: each venue's schedule, with the formula that a client can compute with.

Used by the door. What must stay true: an unknown rate is null, which means "do not route", never zero. A prediction
venue charges rate × p × (1 − p) for each contract; its basis points are told at p = 0.5, of the cost, as the public API
does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from venuekit.instrument import FeeModel, FeeSchedule, Instrument
from venuekit.units import Rate, bps_of
from venuekit_engine.answer import FeeRow


class Tariff(msgspec.Struct, frozen=True):
    """How one fee model is told. `part` is what a rate takes of the cost, at p = 0.5 where it depends on p."""

    name: str
    part: float
    taker: str
    maker: str


TARIFFS: Final[Mapping[FeeModel, Tariff]] = {
    FeeModel.NOTIONAL: Tariff(
        "maker_taker", 1.0, "price * qty * rate_bps / 10000", "price * qty * maker_rate_bps / 10000"
    ),
    FeeModel.PROBABILITY: Tariff(
        "probability",
        0.5,
        "qty * price * (1 - price) * rate_bps / 10000",
        "qty * price * (1 - price) * maker_rate_bps / 10000",
    ),
}
UNKNOWN: Final = FeeSchedule(None, None, "not told by the venue")


def fee_rows(listed: Mapping[str, Instrument], venues: Collection[str] | None) -> list[FeeRow]:
    """List the fees of the venues that list an instrument, or of some of them, by name."""
    return [_row(venue, listed[venue].fees or UNKNOWN) for venue in sorted(listed) if venues is None or venue in venues]


def _row(venue: str, fees: FeeSchedule) -> FeeRow:
    tariff = TARIFFS[fees.model]
    return FeeRow(
        venue,
        _bps(fees.maker, tariff.part),
        _bps(fees.taker, tariff.part),
        tariff.name,
        {"rate_bps": _bps(fees.taker, 1.0), "maker_rate_bps": _bps(fees.maker, 1.0)},
        {"taker_fee_usd": tariff.taker, "maker_fee_usd": tariff.maker},
        fees.source,
    )


def _bps(rate: Rate | None, part: float) -> float | None:
    return None if rate is None else bps_of(rate) * part
