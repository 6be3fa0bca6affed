"""Binance spot: what it can do, verb by verb.

Read by the router, the server, the docs and the suite. What must stay true: a verb that is denied here raises
Unsupported before any request exists, and a verb that is granted is written in `venue.py`.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Capabilities, Capability, Feature, Features, Mode, Op, Support
from venuekit.instrument import Kind

_NATIVE: Final = Capability(Support.NATIVE)

CAPABILITIES: Final[Capabilities] = {
    Kind.SPOT: {
        Op.INSTRUMENTS: _NATIVE,
        Op.BOOK: Capability(Support.NATIVE, "5000 levels a side at most", limit=5000),
        Op.FEED: Capability(Support.NATIVE, "books and trades of 512 instruments a connection", limit=512),
        Op.TRADES: Capability(Support.NATIVE, "the last 1000", limit=1000),
        Op.FEES: _NATIVE,
        Op.SUBMIT: _NATIVE,
        Op.CANCEL: _NATIVE,
        Op.AMEND: Capability(
            Support.EMULATED,
            "cancelReplace, which loses the place in the queue; cancel then submit once it is partly filled; "
            "a pure reduction keeps its place (native_atomic)",
            Mode.CANCEL_REPLACE,
        ),
        Op.DECREASE: Capability(
            Support.NATIVE, "order/amend/keepPriority, where the symbol allows it", Mode.NATIVE_ATOMIC
        ),
        Op.BATCH: Capability(Support.ABSENT, "spot has order lists only, no batch of free orders"),
        Op.CANCEL_ALL: Capability(Support.NATIVE, "a symbol a call; takes order lists off as well"),
        Op.REDEEM: Capability(Support.ABSENT, "a spot venue settles by itself"),
        Op.QUERY: _NATIVE,
        Op.OPEN_ORDERS: _NATIVE,
        Op.FILLS: Capability(Support.NATIVE, "24 hours a call, 1000 trades a page", limit=1000),
        Op.BALANCES: _NATIVE,
        Op.CANCEL_BATCH: Capability(Support.ABSENT, "spot cancels one order, or all of a symbol"),
        Op.POSITIONS: Capability(Support.ABSENT, "a spot account has balances"),
        Op.SETTLEMENTS: Capability(Support.ABSENT, "a spot venue settles by itself"),
        Op.ACCOUNT_FEED: Capability(Support.NATIVE, "userDataStream.subscribe.signature of the WebSocket API"),
    }
}

FEATURES: Final[Features] = {
    Kind.SPOT: {
        Feature.LIMIT: _NATIVE,
        Feature.MARKET: _NATIVE,
        Feature.GTC: _NATIVE,
        Feature.IOC: _NATIVE,
        Feature.FOK: _NATIVE,
        Feature.POST_ONLY: Capability(Support.NATIVE, "the type LIMIT_MAKER"),
        Feature.REDUCE_ONLY: Capability(Support.ABSENT, "a spot account has no position to reduce"),
        Feature.FIND_BY_CLIENT_ID: _NATIVE,
        Feature.CLIENT_ID_ONCE: Capability(Support.ABSENT, "an id is unique among open orders only"),
        Feature.OUTCOME_AT_ONCE: Capability(Support.NATIVE, "newOrderRespType FULL: status and trades"),
        Feature.BOOK_SEQUENCE: Capability(Support.NATIVE, "U to u of each event"),
        Feature.BOOK_CHECKSUM: Capability(Support.ABSENT, "the venue sends none"),
    }
}
