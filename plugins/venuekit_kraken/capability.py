"""What Kraken can do, and what this plugin does of it.

Read by the router, the server, the docs and the conformance suite.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Capabilities, Capability, Feature, Features, Mode, Op, Support, planned
from venuekit.instrument import Kind

DOCS: Final = "https://docs.kraken.com/api/docs/rest-api"

_NATIVE: Final = Capability(Support.NATIVE)
_LATER: Final = planned(f"{DOCS}/add-order", "AddOrder")


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
        Op.CANCEL_BATCH: planned(f"{DOCS}/cancel-order-batch", "CancelOrderBatch takes 50", Mode.NATIVE_BATCH, 50),
        Op.POSITIONS: Capability(Support.ABSENT, "a spot account has balances"),
        Op.SETTLEMENTS: Capability(Support.ABSENT, "a spot venue settles by itself"),
        Op.ACCOUNT_FEED: planned("https://docs.kraken.com/api/docs/websocket-v2/executions", "executions and balances"),
    },
}

FEATURES: Final[Features] = {
    Kind.SPOT: {
        Feature.LIMIT: _LATER,
        Feature.MARKET: _LATER,
        Feature.GTC: _LATER,
        Feature.IOC: _LATER,
        Feature.FOK: _LATER,
        Feature.POST_ONLY: _LATER,
        Feature.REDUCE_ONLY: Capability(Support.ABSENT, "a spot account has no position to reduce"),
        Feature.FIND_BY_CLIENT_ID: planned(f"{DOCS}/get-orders-info", "QueryOrders by cl_ord_id"),
        Feature.CLIENT_ID_ONCE: Capability(Support.ABSENT, "cl_ord_id is unique among open orders only"),
        Feature.OUTCOME_AT_ONCE: Capability(Support.ABSENT, "AddOrder answers with the txid alone"),
        Feature.BOOK_SEQUENCE: Capability(Support.ABSENT, "the checksum proves each change"),
        Feature.BOOK_CHECKSUM: Capability(Support.NATIVE, "CRC32 of the ten best levels a side"),
    },
}
