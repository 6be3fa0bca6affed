"""What Coinbase can do, and what this plugin does of it.

Read by the router, the server, the docs and the conformance suite.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Capabilities, Capability, Feature, Features, Mode, Op, Support, planned
from venuekit.instrument import Kind

DOCS: Final = "https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api"

_NATIVE: Final = Capability(Support.NATIVE)
_LATER: Final = planned(f"{DOCS}/orders/create-order", "create an order")


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
        Op.CANCEL_BATCH: planned(f"{DOCS}/orders/cancel-order", "batch_cancel by venue ids", Mode.NATIVE_BATCH),
        Op.POSITIONS: Capability(Support.ABSENT, "a spot account has balances"),
        Op.SETTLEMENTS: Capability(Support.ABSENT, "a spot venue settles by itself"),
        Op.ACCOUNT_FEED: planned(
            "https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels",
            "user channel",
        ),
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
        Feature.FIND_BY_CLIENT_ID: planned(f"{DOCS}/orders/list-orders", "the live orders, searched for our id"),
        Feature.CLIENT_ID_ONCE: Capability(Support.ABSENT, "a used id gives the order that it named"),
        Feature.OUTCOME_AT_ONCE: Capability(Support.ABSENT, "an order is answered with its ids alone"),
        Feature.BOOK_SEQUENCE: Capability(Support.NATIVE, "sequence_num counts the frames of a connection"),
        Feature.BOOK_CHECKSUM: Capability(Support.ABSENT, "the venue sends none"),
    },
}
