"""What Coinbase can do, and what this plugin does of it.

Read by the router, the server, the docs and the conformance suite.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Capabilities, Capability, Mode, Op, Support
from venuekit.instrument import Kind

DOCS: Final = "https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api"

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
        Op.SUBMIT: _planned("orders/create-order", "create an order"),
        Op.CANCEL: _planned("orders/cancel-order", "batch_cancel with one venue id"),
        Op.AMEND: _planned("orders/edit-order", "edit of a resting limit order, price and total size"),
        Op.DECREASE: _planned("orders/edit-order", "edit keeps the queue place of a smaller order"),
        Op.BATCH: _planned("orders/create-order", "the venue has no batch, so orders go one by one", Mode.SERIAL),
        Op.CANCEL_ALL: _planned("orders/cancel-order", "list the live orders, then batch_cancel", Mode.SERIAL),
        Op.REDEEM: Capability(Support.ABSENT, "a spot venue settles by itself"),
        Op.QUERY: _planned("orders/get-order", "historical order by venue id"),
        Op.OPEN_ORDERS: _planned("orders/list-orders", "historical orders, paged"),
        Op.FILLS: _planned("orders/list-fills", "historical fills, paged"),
        Op.BALANCES: _planned("accounts/list-accounts", "accounts, paged"),
    },
}
