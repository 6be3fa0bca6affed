"""What Coinbase can do, and what this plugin does of it.

Read by the router, the server, the docs and the conformance suite.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Capabilities, Capability, Mode, Op, Support, planned
from venuekit.instrument import Kind

DOCS: Final = "https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api"

_NATIVE: Final = Capability(Support.NATIVE)


CAPABILITIES: Final[Capabilities] = {
    Kind.SPOT: {
        Op.INSTRUMENTS: _NATIVE,
        Op.BOOK: _NATIVE,
        Op.FEED: _NATIVE,
        Op.TRADES: _NATIVE,
        Op.FEES: Capability(Support.NATIVE, "the public schedule of the lowest volume tier"),
        Op.SUBMIT: planned(f"{DOCS}/orders/create-order", "create an order"),
        Op.CANCEL: planned(f"{DOCS}/orders/cancel-order", "batch_cancel with one venue id"),
        Op.AMEND: planned(f"{DOCS}/orders/edit-order", "edit of a resting limit order, price and total size"),
        Op.DECREASE: planned(f"{DOCS}/orders/edit-order", "edit keeps the queue place of a smaller order"),
        Op.BATCH: planned(
            f"{DOCS}/orders/create-order", "the venue has no batch, so orders go one by one", Mode.SERIAL
        ),
        Op.CANCEL_ALL: planned(f"{DOCS}/orders/cancel-order", "list the live orders, then batch_cancel", Mode.SERIAL),
        Op.REDEEM: Capability(Support.ABSENT, "a spot venue settles by itself"),
        Op.QUERY: planned(f"{DOCS}/orders/get-order", "historical order by venue id"),
        Op.OPEN_ORDERS: planned(f"{DOCS}/orders/list-orders", "historical orders, paged"),
        Op.FILLS: planned(f"{DOCS}/orders/list-fills", "historical fills, paged"),
        Op.BALANCES: planned(f"{DOCS}/accounts/list-accounts", "accounts, paged"),
    },
}
