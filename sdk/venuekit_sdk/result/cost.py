"""What an order would cost: fees, and a route that is not sent."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from venuekit_sdk.fixed import px_of, qty_of


class FeeRow(msgspec.Struct, frozen=True):
    """One venue's fees in basis points; None means unknown, so do not route there."""

    venue: str
    maker_bps: float | None = None
    taker_bps: float | None = None
    fee_model: str = ""
    components: dict[str, float | None] = {}
    formula: dict[str, str] = {}
    source: str = ""


class Fees(msgspec.Struct, frozen=True):
    """The fees of one symbol at each venue."""

    ticker: str
    fees: list[FeeRow]


class NbboPx(msgspec.Struct, frozen=True):
    """The quote that a preview was made on; None on a side that nobody quotes."""

    bid_px_1e9: int | None = None
    ask_px_1e9: int | None = None
    mid_px_1e9: int | None = None
    spread_bps: float | None = None


class PreviewLeg(msgspec.Struct, frozen=True):
    """One child order that the router would send now."""

    venue: str
    side: str
    qty_1e8: int
    limit_px_1e9: int
    avg_px_1e9: int
    cost_bps: float
    fee_bps: float

    @property
    def qty(self) -> Decimal:
        """The leg's quantity."""
        return qty_of(self.qty_1e8)

    @property
    def avg_px(self) -> Decimal:
        """The average price over the levels it would take."""
        return px_of(self.avg_px_1e9)

    @property
    def limit_px(self) -> Decimal:
        """The worst price it would pay."""
        return px_of(self.limit_px_1e9)


class Preview(msgspec.Struct, frozen=True):
    """How an order would be routed now. `excluded` says of each venue that cannot serve why."""

    symbol: str
    side: str
    qty_1e8: int
    candidate_venues: list[str] = []
    best_venue: str | None = None
    estimated_fee_bps: float | None = None
    worst_case_fee_bps: float | None = None
    estimated_slippage_bps: float | None = None
    estimated_total_cost_bps: float | None = None
    historical_ttff: float | None = None
    nbbo: NbboPx = NbboPx()
    source: str = ""
    generated_at_ns: int = 0
    legs: list[PreviewLeg] = []
    residual_qty_1e8: int = 0
    excluded: dict[str, str] = {}

    @property
    def qty(self) -> Decimal:
        """The quantity asked for."""
        return qty_of(self.qty_1e8)

    @property
    def residual_qty(self) -> Decimal:
        """What no venue can serve now."""
        return qty_of(self.residual_qty_1e8)

    @property
    def venues(self) -> list[str]:
        """The venues of the legs, each once."""
        return list(dict.fromkeys(leg.venue for leg in self.legs))
