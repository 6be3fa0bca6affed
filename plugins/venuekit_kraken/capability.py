"""What Kraken can do, and what this plugin does of it.

Read by the router, the server, the docs and the conformance suite.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Capabilities, Capability, Mode, Op, Support
from venuekit.instrument import Kind

DOCS: Final = "https://docs.kraken.com/api/docs/rest-api"

_NATIVE: Final = Capability(Support.NATIVE)


def _planned(page: str, what: str, mode: Mode = Mode.NATIVE, limit: int = 0) -> Capability:
    return Capability(Support.PLANNED, f"{what}; needs a signer, which is not written yet ({DOCS}/{page})", mode, limit)


CAPABILITIES: Final[Capabilities] = {
    Kind.SPOT: {
        Op.INSTRUMENTS: _NATIVE,
        Op.BOOK: _NATIVE,
        Op.FEED: _NATIVE,
        Op.TRADES: _NATIVE,
        Op.FEES: Capability(Support.NATIVE, "the public schedule of the lowest volume tier"),
        Op.SUBMIT: _planned("add-order", "AddOrder"),
        Op.CANCEL: _planned("cancel-order", "CancelOrder"),
        Op.AMEND: _planned("amend-order", "AmendOrder changes an order in place"),
        Op.DECREASE: _planned("amend-order", "AmendOrder keeps the queue place of a smaller order"),
        Op.BATCH: _planned("add-order-batch", "AddOrderBatch takes 2 to 15 orders of one pair", Mode.NATIVE_BATCH, 15),
        Op.CANCEL_ALL: _planned("cancel-order-batch", "OpenOrders, then CancelOrderBatch by 50", Mode.SERIAL),
        Op.REDEEM: Capability(Support.ABSENT, "a spot venue settles by itself"),
        Op.QUERY: _planned("get-orders-info", "QueryOrders"),
        Op.OPEN_ORDERS: _planned("get-open-orders", "OpenOrders"),
        Op.FILLS: _planned("get-trade-history", "TradesHistory, 50 a page"),
        Op.BALANCES: _planned("get-extended-balance", "BalanceEx"),
    },
}
