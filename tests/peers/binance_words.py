"""The words of Binance's clients, turned into ours: the venue's own, which two keep, and ccxt's.

Used by `test_binance_clients.py`. Source of the states: binance-spot-api-docs enums.md, read 2026-11-21.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, Protocol

from tests.peers.seen import Seen, SeenBook, SeenTrade, dec, levels

STATES: Final = {
    "NEW": "open",
    "PARTIALLY_FILLED": "open",
    "FILLED": "filled",
    "CANCELED": "cancelled",
    "EXPIRED": "expired",
    "open": "open",
    "closed": "filled",
    "canceled": "cancelled",
    "expired": "expired",
}
Row = dict[str, Any]


class Words(Protocol):
    """How one client speaks."""

    def symbol(self, base: str, quote: str) -> str:
        """Name a market."""

    def order(self, told: Row) -> Seen:
        """Read an order, whatever call told it."""

    def trade(self, told: Row) -> SeenTrade:
        """Read one of our trades."""

    def holdings(self, told: Row) -> dict[str, tuple[Decimal, Decimal]]:
        """Read free and locked of each asset."""

    def replaced(self, told: Row) -> Row:
        """Give the new order of a replacement."""

    def reports(self, event: Any) -> list[Seen]:
        """Read the orders that an event of the account's stream tells."""

    def book(self, snapshot: Row, events: list[Row]) -> SeenBook:
        """Give the book after events of the depth stream."""


class VenueWords:
    """The venue's own spelling."""

    def symbol(self, base: str, quote: str) -> str:
        return base + quote

    def order(self, told: Row) -> Seen:
        if "amendedOrder" in told:  # which has names of its own, and its new client id under the usual one
            now = told["amendedOrder"]
            renamed = {"origQty": now["qty"], "cummulativeQuoteQty": now["cumulativeQuoteQty"]}
            return self.order({**now, **renamed, "origClientOrderId": now["clientOrderId"]})
        qty, paid = told["origQty"], told["cummulativeQuoteQty"]
        client_id = told.get("origClientOrderId", told["clientOrderId"])
        return Seen(
            str(told["orderId"]), client_id, STATES[told["status"]], dec(qty), dec(told["executedQty"]), dec(paid)
        )

    def trade(self, told: Row) -> SeenTrade:
        px, qty, fee = (dec(told[name]) for name in ("price", "qty", "commission"))
        return SeenTrade(str(told["orderId"]), px, qty, fee, told["isMaker"])

    def holdings(self, told: Row) -> dict[str, tuple[Decimal, Decimal]]:
        return {row["asset"]: (dec(row["free"]), dec(row["locked"])) for row in told["balances"]}

    def replaced(self, told: Row) -> Row:
        assert (told["cancelResult"], told["newOrderResult"]) == ("SUCCESS", "SUCCESS")
        order: Row = told["newOrderResponse"]
        return order

    def reports(self, event: Row) -> list[Seen]:
        if "X" not in event:  # other events than an executionReport have no status
            return []
        name = event["C"] or event["c"]  # on a cancel the order's own client id moves to C
        amounts = dec(event["q"]), dec(event["z"]), dec(event["Z"])
        return [Seen(str(event["i"]), name, STATES[event["X"]], *amounts)]

    def book(self, snapshot: Row, events: list[Row]) -> SeenBook:
        """Join by the rule of web-socket-streams.md, "How to manage a local order book correctly"."""
        last = snapshot["lastUpdateId"]
        sides = {side: dict(levels(snapshot[side])) for side in ("bids", "asks")}
        for event in events:
            if event["u"] > last:
                assert event["U"] <= last + 1, f"a gap: {event['U']} after {last}"
                last = event["u"]
                sides["bids"].update(levels(event["b"]))
                sides["asks"].update(levels(event["a"]))
        bids, asks = ([level for level in sorted(side.items()) if level[1]] for side in sides.values())
        return SeenBook(bids[::-1], asks)


class CcxtWords:
    """ccxt's unified spelling."""

    def symbol(self, base: str, quote: str) -> str:
        return f"{base}/{quote}"

    def order(self, told: Row) -> Seen:
        amounts = (dec(told[name]) for name in ("amount", "filled", "cost"))
        return Seen(told["id"], told["clientOrderId"], STATES[told["status"]], *amounts)

    def trade(self, told: Row) -> SeenTrade:
        px, qty, fee = dec(told["price"]), dec(told["amount"]), dec(told["fee"]["cost"])
        return SeenTrade(told["order"], px, qty, fee, told["takerOrMaker"] == "maker")

    def holdings(self, told: Row) -> dict[str, tuple[Decimal, Decimal]]:
        return {asset: (dec(told[asset]["free"]), dec(told[asset]["used"])) for asset in told["total"]}

    def replaced(self, told: Row) -> Row:
        return told

    def reports(self, event: list[Row]) -> list[Seen]:
        return [self.order(each) for each in event]

    def book(self, snapshot: Row, events: list[Row]) -> SeenBook:
        """Take the newest: ccxt joins by itself."""
        newest = events[-1] if events else snapshot
        return SeenBook(levels(newest["bids"]), levels(newest["asks"]))


WORDS: Final[dict[str, Words]] = {
    "binance_sdk": VenueWords(),
    "ccxt_binance": CcxtWords(),
    "python_binance": VenueWords(),
}
