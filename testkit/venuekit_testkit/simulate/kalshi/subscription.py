"""Kalshi: one subscription of a connection, and the words of the WebSocket's refusals.

Used by `commands.py`.
Source: https://docs.kalshi.com/getting_started/quick_start_websockets and AsyncAPI, Oct 2026.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

CHANNELS: Final = (
    "orderbook_delta",
    "ticker",
    "trade",
    "fill",
    "user_orders",
    "market_positions",
    "market_lifecycle_v2",
)
NUMBERED: Final = ("orderbook_delta",)  # channels whose frames carry `seq`
ERRORS: Final = {
    1: "Unable to process message",
    2: "Params required",
    3: "Channels required",
    4: "Subscription IDs required",
    5: "Unknown command",
    7: "Unknown subscription ID",
    8: "Unknown channel name",
    10: "Channel error",
    11: "Invalid parameter",
    12: "Exactly one subscription ID is required",
    13: "Unsupported action",
    14: "Market Ticker required",
    15: "Action required",
    16: "Market not found",
    25: "Subscription buffer overflow",
}


class Mistaken(Exception):
    """A command that is refused, by its code."""

    def __init__(self, code: int) -> None:
        super().__init__(ERRORS[code])
        self.code = code


@dataclass
class Subscription:
    """One channel of one connection. `whole` is of all markets. `seq` counts what was sent on it."""

    sid: int
    channel: str
    yes_prices: bool = False
    tickers: list[str] = field(default_factory=list)
    whole: bool = False
    seq: int = 0

    def wants(self, symbol: str) -> bool:
        """Tell whether a market belongs to it."""
        return self.whole or symbol in self.tickers

    def number(self) -> dict[str, int]:
        """Give `sid` and the next `seq`, the latter where frames of the channel carry it."""
        if self.channel not in NUMBERED:
            return {"sid": self.sid}
        self.seq += 1
        return {"sid": self.sid, "seq": self.seq}
