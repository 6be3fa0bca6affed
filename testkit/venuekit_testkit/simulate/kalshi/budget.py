"""Kalshi: how many calls an account may make, in tokens.

Used by `face.py`. Two buckets, reads and writes, refill evenly; a balance has a bucket of its own. What must stay
true: time is an argument; what is refused takes nothing.
Source: https://docs.kalshi.com/getting_started/rate_limits, read 2026-11-21.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from venuekit.units import NANOS_PER_S

COST: Final = 10
TIERS: Final = {  # tokens a second of reads and of writes, balances a second
    "basic": (200, 100, 1),
    "advanced": (300, 300, 1),
    "premier": (1000, 1000, 5),
    "paragon": (2000, 2000, 5),
    "prime": (4000, 4000, 5),
}
WRITE_SECONDS: Final = 2  # that the write bucket holds


@dataclass
class Bucket:
    """Tokens that refill evenly up to a capacity."""

    rate: int
    capacity: int
    left: float = 0
    at: int = -1

    def take(self, tokens: int, now: int) -> bool:
        """Take tokens, and tell whether they were there."""
        if self.at < 0:
            self.left = self.capacity
        elif now > self.at:
            self.left = min(self.capacity, self.left + (now - self.at) * self.rate / NANOS_PER_S)
        self.at = max(now, self.at)
        if self.left < tokens:
            return False
        self.left -= tokens
        return True


class Budget:
    """The buckets of one account of a tier."""

    def __init__(self, tier: str) -> None:
        reads, writes, balances = TIERS[tier]
        self.tier = tier
        self.buckets = {
            "read": Bucket(reads, reads),
            "write": Bucket(writes, writes * WRITE_SECONDS),
            "balance": Bucket(balances, balances),
        }

    def told(self) -> dict[str, Any]:
        """Give the limits as `GET /account/limits` does."""
        halves = {
            name: {"refill_rate": self.buckets[name].rate, "bucket_capacity": self.buckets[name].capacity}
            for name in ("read", "write")
        }
        return {"usage_tier": self.tier, **halves, "grants": []}
