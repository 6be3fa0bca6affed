"""Coinbase's payloads, in Coinbase's spelling.

Used by `parse.py` and `feed.py`. Fields that we do not read are left out; fields that drive state have no default.
Prices and sizes are decimal strings everywhere.
Sources: https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public/list-public-products,
https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels, read 2026-11-21.
"""

from __future__ import annotations

from typing import Literal

import msgspec

NOTHING = msgspec.Raw(b"null")
Side = Literal["BUY", "SELL"]
BookSide = Literal["bid", "offer"]


class Fault(msgspec.Struct, frozen=True):
    """One error of the older envelope."""

    id: str = ""


class Failure(msgspec.Struct, frozen=True):
    """The body of a 4xx, where it is JSON; `errors` is the older envelope, which tells of limits."""

    error: str = ""
    message: str = ""
    errors: list[Fault] = []


class Product(msgspec.Struct, frozen=True):
    """One product. Payloads before 2024 have no `price_increment`."""

    product_id: str
    product_type: str
    base_currency_id: str
    quote_currency_id: str
    base_increment: str
    price_increment: str = ""
    base_min_size: str = "0"
    base_max_size: str = "0"
    quote_min_size: str = "0"
    status: str = ""
    is_disabled: bool = False
    trading_disabled: bool = False
    view_only: bool = False
    cancel_only: bool = False
    post_only: bool = False
    auction_mode: bool = False


class Products(msgspec.Struct, frozen=True):
    """The answer of /market/products."""

    products: list[Product]


class Rung(msgspec.Struct, frozen=True):
    """One level of a REST book."""

    price: str
    size: str


class PriceBook(msgspec.Struct, frozen=True):
    """One REST book."""

    bids: list[Rung]
    asks: list[Rung]
    time: str


class BookAnswer(msgspec.Struct, frozen=True):
    """The answer of /market/product_book."""

    pricebook: PriceBook


class Trade(msgspec.Struct, frozen=True):
    """One public trade, on REST and on the stream. `side` is the maker's."""

    trade_id: str
    product_id: str
    price: str
    size: str
    time: str
    side: Side


class Ticker(msgspec.Struct, frozen=True):
    """The answer of /market/products/{id}/ticker: trades, newest first."""

    trades: list[Trade]


class Message(msgspec.Struct, frozen=True):
    """Every WebSocket message; errors have a `type` and a `message` and nothing else."""

    channel: str = ""
    sequence_num: int | None = None
    timestamp: str = ""
    events: msgspec.Raw = NOTHING
    type: str = ""
    message: str = ""


class NumberUpdate(msgspec.Struct, frozen=True, gc=False):
    """One level of `l2_data`, its strings read as doubles."""

    side: BookSide
    price_level: float
    new_quantity: float


class TextUpdate(msgspec.Struct, frozen=True, gc=False):
    """One level of `l2_data`, when a number is too large for a double to be exact."""

    side: BookSide
    price_level: str
    new_quantity: str


class NumberBook(msgspec.Struct, frozen=True):
    """One event of `l2_data`."""

    type: Literal["snapshot", "update"]
    product_id: str
    updates: list[NumberUpdate]


class TextBook(msgspec.Struct, frozen=True):
    """As `NumberBook`, in text."""

    type: Literal["snapshot", "update"]
    product_id: str
    updates: list[TextUpdate]


class Trades(msgspec.Struct, frozen=True):
    """One event of `market_trades`; a snapshot holds trades from before the subscription."""

    type: Literal["snapshot", "update"]
    trades: list[Trade]
