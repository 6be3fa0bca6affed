"""The reference venue: the shapes of answers and frames, in its own spelling. Numbers that are money stay text here.

Used by `parse.py`, `answers.py`, `feed.py` and `account.py`.
Source: docs/conformance/reference-protocol.md.
"""

from __future__ import annotations

import msgspec

Rows = list[tuple[str, str]]


class Error(msgspec.Struct, frozen=True):
    code: str
    message: str = ""


class Market(msgspec.Struct, frozen=True):
    symbol: str
    kind: str
    base: str
    quote: str
    status: str
    tick: str
    lot: str
    min_quantity: str
    max_quantity: str
    min_notional: str
    maker_fee: str
    taker_fee: str


class Markets(msgspec.Struct, frozen=True):
    markets: list[Market]


class Book(msgspec.Struct, frozen=True):
    """A whole book, by REST and as a frame; as the frame `delta`, the levels that changed."""

    symbol: str
    seq: int
    bids: Rows
    asks: Rows
    checksum: int
    time: int


class Trade(msgspec.Struct, frozen=True):
    """A public trade. `taker` is "buy" or "sell"."""

    symbol: str
    id: str
    price: str
    quantity: str
    taker: str
    time: int


class Trades(msgspec.Struct, frozen=True):
    trades: list[Trade]


class Fees(msgspec.Struct, frozen=True):
    maker: str
    taker: str


class Fill(msgspec.Struct, frozen=True):
    """One of our trades. `role` is "maker" or "taker"; a negative fee is paid to us."""

    id: str
    order_id: str
    client_id: str
    symbol: str
    side: str
    price: str
    quantity: str
    fee: str
    fee_asset: str
    role: str
    time: int


class Order(msgspec.Struct, frozen=True):
    """One order. `paid` is what traded, in the quote asset; `fills` come with the answer to placing and changing."""

    id: str
    client_id: str
    symbol: str
    side: str
    price: str | None
    quantity: str
    filled: str
    paid: str
    status: str
    time: int
    reason: str = ""
    fills: list[Fill] = []


class Item(msgspec.Struct, frozen=True):
    """One result of a batch: an order or an error."""

    order: Order | None = None
    error: Error | None = None


class Results(msgspec.Struct, frozen=True):
    results: list[Item]


class CancelledOrders(msgspec.Struct, frozen=True):
    """One page of a cancel-all. `more` says that others rest still."""

    cancelled: list[Order]
    more: bool


class Orders(msgspec.Struct, frozen=True):
    orders: list[Order]
    cursor: str


class Fills(msgspec.Struct, frozen=True):
    fills: list[Fill]
    cursor: str


class Held(msgspec.Struct, frozen=True):
    asset: str
    free: str
    locked: str


class Balances(msgspec.Struct, frozen=True):
    balances: list[Held]


class Contracts(msgspec.Struct, frozen=True):
    symbol: str
    quantity: str


class Positions(msgspec.Struct, frozen=True):
    positions: list[Contracts]


class Settled(msgspec.Struct, frozen=True):
    symbol: str
    result: str
    quantity: str
    paid: str
    time: int


class Settlements(msgspec.Struct, frozen=True):
    settlements: list[Settled]
    cursor: str


class Redemption(msgspec.Struct, frozen=True):
    symbol: str
    quantity: str
    paid: str
