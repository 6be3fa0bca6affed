"""Acme's payloads, in its spelling. Numbers that are money stay text here.

Source: docs/conformance/reference-protocol.md.
"""

from __future__ import annotations

import msgspec

Rows = list[tuple[str, str]]


class Error(msgspec.Struct, frozen=True):
    """Why not. `code` is a word of the table in `codes.py`."""

    code: str
    message: str = ""


class Market(msgspec.Struct, frozen=True):
    """One market. `kind` is "spot" or "event"."""

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
    """The list of markets."""

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
    """The last trades, the newest first."""

    trades: list[Trade]


class Fees(msgspec.Struct, frozen=True):
    """What the account pays, as shares of the notional."""

    maker: str
    taker: str


class Fill(msgspec.Struct, frozen=True):
    """One of our trades. `role` is "maker" or "taker"."""

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
    """One order. `paid` is what traded, in the quote asset; `fills` come with the answer to placing."""

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


class Orders(msgspec.Struct, frozen=True):
    """A page of orders, and where the next begins; "" after the last."""

    orders: list[Order]
    cursor: str


class Fills(msgspec.Struct, frozen=True):
    """A page of our trades, and where the next begins; "" after the last."""

    fills: list[Fill]
    cursor: str


class Held(msgspec.Struct, frozen=True):
    """One asset of the account."""

    asset: str
    free: str
    locked: str


class Balances(msgspec.Struct, frozen=True):
    """All assets of the account."""

    balances: list[Held]
