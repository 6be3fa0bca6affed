"""What Kraken can do, and what this plugin does of it.

Read by the router, the server, the docs and the conformance suite.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Capabilities, Capability, Mode, Op, Support, planned
from venuekit.instrument import Kind

DOCS: Final = "https://docs.kraken.com/api/docs/rest-api"

_NATIVE: Final = Capability(Support.NATIVE)


CAPABILITIES: Final[Capabilities] = {
    Kind.SPOT: {
        Op.INSTRUMENTS: _NATIVE,
        Op.BOOK: _NATIVE,
        Op.FEED: _NATIVE,
        Op.TRADES: _NATIVE,
        Op.FEES: Capability(Support.NATIVE, "the public schedule of the lowest volume tier"),
        Op.SUBMIT: planned(f"{DOCS}/add-order", "AddOrder"),
        Op.CANCEL: planned(f"{DOCS}/cancel-order", "CancelOrder"),
        Op.AMEND: planned(f"{DOCS}/amend-order", "AmendOrder changes an order in place"),
        Op.DECREASE: planned(f"{DOCS}/amend-order", "AmendOrder keeps the queue place of a smaller order"),
        Op.BATCH: planned(
            f"{DOCS}/add-order-batch", "AddOrderBatch takes 2 to 15 orders of one pair", Mode.NATIVE_BATCH, 15
        ),
        Op.CANCEL_ALL: planned(f"{DOCS}/cancel-order-batch", "OpenOrders, then CancelOrderBatch by 50", Mode.SERIAL),
        Op.REDEEM: Capability(Support.ABSENT, "a spot venue settles by itself"),
        Op.QUERY: planned(f"{DOCS}/get-orders-info", "QueryOrders"),
        Op.OPEN_ORDERS: planned(f"{DOCS}/get-open-orders", "OpenOrders"),
        Op.FILLS: planned(f"{DOCS}/get-trade-history", "TradesHistory, 50 a page"),
        Op.BALANCES: planned(f"{DOCS}/get-extended-balance", "BalanceEx"),
    },
}
