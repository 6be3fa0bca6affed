"""Kalshi: what it can do, verb by verb.

Read by the router, the server, the docs and the suite. What must stay true: a verb that is denied here raises
Unsupported before any request exists, and a verb that is granted is written in `venue.py`.
Sources: OpenAPI 3.34.0 and AsyncAPI 2026-10 (https://docs.kalshi.com/openapi.yaml, asyncapi.yaml), read 2026-11-21.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Capabilities, Capability, Feature, Features, Mode, Op, Support
from venuekit.instrument import Kind
from venuekit_kalshi.endpoints import MAX_BATCH, MAX_CANCELS, MAX_ROWS

_NATIVE: Final = Capability(Support.NATIVE)
_PAGED: Final = Capability(Support.NATIVE, f"pages of {MAX_ROWS}")

CAPABILITIES: Final[Capabilities] = {
    Kind.PREDICTION: {
        Op.INSTRUMENTS: Capability(
            Support.NATIVE, "markets of events that are not settled, two instruments each; no combos"
        ),
        Op.BOOK: Capability(Support.NATIVE, "all levels, or the best 1 to 100"),
        Op.FEED: Capability(Support.NATIVE, "the socket wants keys, for public channels too"),
        Op.TRADES: Capability(Support.NATIVE, f"the last {MAX_ROWS}, without block trades", limit=MAX_ROWS),
        Op.FEES: Capability(Support.NATIVE, "two calls: the event's overrides, the series' terms"),
        Op.SUBMIT: _NATIVE,
        Op.CANCEL: _NATIVE,
        Op.AMEND: Capability(
            Support.NATIVE,
            "in place; another price or more quantity loses the place in the queue, less keeps it (native_atomic)",
        ),
        Op.DECREASE: Capability(Support.NATIVE, "reduce_by, which keeps the place in the queue", Mode.NATIVE_ATOMIC),
        Op.BATCH: Capability(
            Support.NATIVE, "as many as the write bucket of the Basic tier pays for", Mode.NATIVE_BATCH, MAX_BATCH
        ),
        Op.CANCEL_ALL: Capability(
            Support.EMULATED,
            "list the market's orders, then cancel them in batches; both outcomes are one book. The venue's own call "
            "takes the whole account, and may take orders of the following minute",
            Mode.SERIAL,
        ),
        Op.REDEEM: Capability(Support.NATIVE, "the venue pays by itself: tells what it paid", Mode.AUTO_SETTLED),
        Op.QUERY: Capability(Support.NATIVE, "by client id alone a scan of the market's orders"),
        Op.OPEN_ORDERS: _PAGED,
        Op.FILLS: _PAGED,
        Op.BALANCES: Capability(Support.NATIVE, "the sum of all shards; once a second"),
        Op.CANCEL_BATCH: Capability(
            Support.NATIVE, "as many as the write bucket of the Basic tier pays for", Mode.NATIVE_BATCH, MAX_CANCELS
        ),
        Op.POSITIONS: Capability(Support.NATIVE, "positive is YES, negative is NO"),
        Op.SETTLEMENTS: _PAGED,
        Op.ACCOUNT_FEED: Capability(Support.NATIVE, "orders and trades; balances are not streamed"),
    }
}

FEATURES: Final[Features] = {
    Kind.PREDICTION: {
        Feature.LIMIT: _NATIVE,
        Feature.MARKET: Capability(
            Support.EMULATED, "there are no market orders: immediate-or-cancel at the last price of the grid"
        ),
        Feature.GTC: _NATIVE,
        Feature.IOC: _NATIVE,
        Feature.FOK: Capability(Support.NATIVE, "one that is killed is refused, and uses its client id up"),
        Feature.POST_ONLY: _NATIVE,
        Feature.REDUCE_ONLY: Capability(Support.NATIVE, "immediate-or-cancel only"),
        Feature.FIND_BY_CLIENT_ID: Capability(Support.EMULATED, "a scan of the market's orders"),
        Feature.CLIENT_ID_ONCE: Capability(Support.NATIVE, "order_already_exists, even after the order ended"),
        Feature.OUTCOME_AT_ONCE: Capability(Support.NATIVE, "fill_count and remaining_count of the answer"),
        Feature.BOOK_SEQUENCE: Capability(Support.NATIVE, "seq of the subscription, over all its markets"),
        Feature.BOOK_CHECKSUM: Capability(Support.ABSENT, "the venue sends none"),
    }
}
