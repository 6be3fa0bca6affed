"""What is listed and what trading it costs."""

from __future__ import annotations

import msgspec


class SymbolRow(msgspec.Struct, frozen=True):
    """`GET /v1/symbols`, a plain array of these; both keys for the kind, because clients differ."""

    symbol: str
    base: str
    quote: str
    venues: list[str]
    type: str
    instrument_type: str


class FeeRow(msgspec.Struct, frozen=True):
    """One venue's fees; null means unknown, so do not route."""

    venue: str
    maker_bps: float | None
    taker_bps: float | None
    fee_model: str
    components: dict[str, float | None]
    formula: dict[str, str]
    source: str


class Fees(msgspec.Struct, frozen=True):
    """`GET /v1/fees`."""

    ticker: str
    fees: list[FeeRow]
