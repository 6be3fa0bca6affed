"""Kraken's payloads, in Kraken's spelling.

Used by `parse.py` and `feed.py`. Fields that we do not read are left out; fields that drive state have no default.
WebSocket numbers are bare JSON numbers: `Number` shapes read them as doubles, `Exact` shapes as decimals.
Sources: https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs, .../get-order-book, .../get-recent-trades;
https://docs.kraken.com/api/docs/websocket-v2/book, .../trade; read 2026-11-21.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

NOTHING = msgspec.Raw(b"null")


class Answer(msgspec.Struct, frozen=True):
    """Every REST answer. `error` holds "E…" errors and "W…" warnings; `result` is absent on an error."""

    error: list[str]
    result: msgspec.Raw = NOTHING


class Pair(msgspec.Struct, frozen=True):
    """One entry of AssetPairs. Dark pools (`XXBTZUSD.d`) have no `wsname`; payloads before 2022 no `tick_size`."""

    altname: str
    pair_decimals: int
    lot_decimals: int
    wsname: str = ""
    tick_size: str = ""
    ordermin: str = "0"
    costmin: str = "0"
    status: str = "online"
    fees: list[tuple[Decimal, Decimal]] = []  # [30-day volume, percent], lowest volume first
    fees_maker: list[tuple[Decimal, Decimal]] = []


class Rung(msgspec.Struct, frozen=True, array_like=True):
    """One level of Depth."""

    price: str
    volume: str
    time: int


class Depth(msgspec.Struct, frozen=True):
    """One pair of Depth, best level first."""

    asks: list[Rung]
    bids: list[Rung]


class Trade(msgspec.Struct, frozen=True, array_like=True):
    """One trade of Trades; `side` is the taker's, `time` in seconds."""

    price: str
    volume: str
    time: Decimal
    side: Literal["b", "s"]
    ordertype: str
    misc: str
    trade_id: int


Pairs: TypeAlias = dict[str, Pair]
Depths: TypeAlias = dict[str, Depth]
Trades: TypeAlias = dict[str, list[Trade] | str]  # the pair's trades, and "last"


class Message(msgspec.Struct, frozen=True):
    """Every WebSocket message: data of a `channel`, or the reply to a `method`."""

    channel: str = ""
    type: str = ""
    data: msgspec.Raw = NOTHING
    method: str = ""
    success: bool = True
    error: str = ""
    symbol: str = ""
    req_id: int = 0


class Number(msgspec.Struct, frozen=True, gc=False):
    """One level of the book channel."""

    price: float
    qty: float


class Exact(msgspec.Struct, frozen=True, gc=False):
    """One level of the book channel, when a number is too large for a double to be exact."""

    price: Decimal
    qty: Decimal


class NumberBook(msgspec.Struct, frozen=True, gc=False):
    """One book of the book channel; snapshots carry no `timestamp`."""

    symbol: str
    bids: list[Number]
    asks: list[Number]
    checksum: int | None = None
    timestamp: str = ""


class ExactBook(msgspec.Struct, frozen=True, gc=False):
    """As `NumberBook`, in decimals."""

    symbol: str
    bids: list[Exact]
    asks: list[Exact]
    checksum: int | None = None
    timestamp: str = ""


class Print(msgspec.Struct, frozen=True):
    """One trade of the trade channel; `side` is the taker's."""

    symbol: str
    side: Literal["buy", "sell"]
    price: Decimal
    qty: Decimal
    trade_id: int
    timestamp: str
