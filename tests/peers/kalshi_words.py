"""The words of Kalshi's clients, turned into ours: the venue's own, those of kalshi-sdk, and ccxt's.

Used by `test_kalshi_clients.py`. Everything is of the YES outcome: a NO bid at q is an ask at 1 - q.
Source of the states: https://docs.kalshi.com, OpenAPI 3.34.0, `OrderStatus`, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple, Protocol

from tests.peers.seen import Levels, Seen, SeenBook, SeenTrade, dec, levels

STATES: Final = {
    "resting": "open",
    "executed": "filled",
    "canceled": "cancelled",
    "open": "open",
    "closed": "filled",
}
Row = dict[str, Any]


class Placed(NamedTuple):
    """What the answer to a new order tells; Kalshi says how much traded and how much rests, and no state."""

    id: str
    client_id: str
    filled: Decimal
    left: Decimal


class Words(Protocol):
    """How one client speaks."""

    def placed(self, told: Row) -> Placed:
        """Read the answer to a new order."""

    def order(self, told: Row) -> Seen:
        """Read an order that was queried."""

    def book(self, told: Row) -> SeenBook:
        """Read a book."""

    def fill(self, told: Row) -> SeenTrade:
        """Read one of our trades."""

    def positions(self, told: list[Row]) -> dict[str, Decimal]:
        """Read contracts by market."""

    def cash(self, told: Row) -> Decimal:
        """Read what can be spent."""


class VenueWords:
    """The venue's own spelling, which the official client keeps."""

    def placed(self, told: Row) -> Placed:
        return Placed(told["order_id"], told["client_order_id"], dec(told["fill_count"]), dec(told["remaining_count"]))

    def order(self, told: Row) -> Seen:
        return _order(told, "initial_count_fp", "fill_count_fp")

    def book(self, told: Row) -> SeenBook:
        book = told["orderbook_fp"]
        return _join(book["yes_dollars"], book["no_dollars"])

    def fill(self, told: Row) -> SeenTrade:
        return _fill(told, "yes_price_dollars", "count_fp")

    def positions(self, told: list[Row]) -> dict[str, Decimal]:
        return {row["ticker"]: dec(row["position_fp"]) for row in told}

    def cash(self, told: Row) -> Decimal:
        return dec(told["balance_dollars"])


class SdkWords(VenueWords):
    """kalshi-sdk's spelling: units are no part of its names."""

    def order(self, told: Row) -> Seen:
        return _order(told, "initial_count", "fill_count")

    def book(self, told: Row) -> SeenBook:
        return _join(*([list(level.values()) for level in told[side]] for side in ("yes", "no")))

    def fill(self, told: Row) -> SeenTrade:
        return _fill(told, "yes_price", "count")

    def positions(self, told: list[Row]) -> dict[str, Decimal]:
        return {row["ticker"]: dec(row["position"]) for row in told}


class CcxtWords:
    """ccxt's unified spelling."""

    def placed(self, told: Row) -> Placed:
        return Placed(told["id"], told["clientOrderId"], dec(told["filled"]), dec(told["remaining"]))

    def order(self, told: Row) -> Seen:
        amounts = dec(told["amount"]), dec(told["filled"])
        return Seen(told["id"], told["clientOrderId"], STATES[told["status"]], *amounts)

    def book(self, told: Row) -> SeenBook:
        return SeenBook(levels(told["bids"]), levels(told["asks"]))

    def fill(self, told: Row) -> SeenTrade:
        px, qty, fee = dec(told["price"]), dec(told["amount"]), dec(told["fee"]["cost"])
        return SeenTrade(told["order"], px, qty, fee, told["takerOrMaker"] == "maker")

    def positions(self, told: list[Row]) -> dict[str, Decimal]:
        # 4.5.90 looks for `position`, which is gone, so its own contracts are None: read what it passes on.
        return {row["info"]["ticker"]: dec(row["info"]["position_fp"]) for row in told}

    def cash(self, told: Row) -> Decimal:
        return dec(told["USD"]["free"])


def reports(events: Iterable[Row]) -> list[Seen]:
    """Read the orders that the account's stream told kalshi-sdk, the one client with streams."""
    return [SdkWords().order(event["msg"]) for event in events]


def _order(told: Row, qty: str, filled: str) -> Seen:
    amounts = dec(told[qty]), dec(told[filled])
    return Seen(told["order_id"], told["client_order_id"], STATES[told["status"]], *amounts)


def _fill(told: Row, px: str, qty: str) -> SeenTrade:
    amounts = dec(told[px]), dec(told[qty]), dec(told["fee_cost"])
    return SeenTrade(told["order_id"], *amounts, not told["is_taker"])


def _join(yes: Sequence[Any], no: Sequence[Any]) -> SeenBook:
    asks: Levels = [(1 - px, qty) for px, qty in levels(no)]
    return SeenBook(sorted(levels(yes), reverse=True), sorted(asks))


WORDS: Final[dict[str, Words]] = {
    "ccxt_kalshi": CcxtWords(),
    "kalshi_sdk": SdkWords(),
    "kalshi_sync": VenueWords(),
}
