"""What an order would cost."""

from __future__ import annotations

import msgspec


class NbboPx(msgspec.Struct, frozen=True):
    """The quote that a preview was made on; null on a missing side."""

    bid_px_1e9: int | None
    ask_px_1e9: int | None
    mid_px_1e9: int | None
    spread_bps: float | None


class PreviewLeg(msgspec.Struct, frozen=True):
    """One child order that the router would send now."""

    venue: str
    side: str
    qty_1e8: int
    limit_px_1e9: int
    avg_px_1e9: int
    cost_bps: float
    fee_bps: float


class Preview(msgspec.Struct, frozen=True):
    """`POST /v1/orders/preview`. `excluded` says of each venue that cannot serve why."""

    symbol: str
    side: str
    qty_1e8: int
    candidate_venues: list[str]
    best_venue: str | None
    estimated_fee_bps: float | None
    worst_case_fee_bps: float | None
    estimated_slippage_bps: float | None
    estimated_total_cost_bps: float | None
    historical_ttff: float | None
    nbbo: NbboPx
    source: str
    generated_at_ns: int
    legs: list[PreviewLeg]
    residual_qty_1e8: int
    excluded: dict[str, str]
