"""Binance spot: the shapes of the stream's frames, in the venue's own spelling.

Used by `feed.py` only. What must stay true: a number becomes a double only within the bounds where that is exact.
Source: https://github.com/binance/binance-spot-api-docs web-socket-streams.md (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

import msgspec

from venuekit.book.levels import BoundedPx, BoundedQty

Rows = list[tuple[str, str]]
FloatRows = list[tuple[BoundedPx, BoundedQty]]


class Depth(msgspec.Struct, gc=False):
    """A `depthUpdate`. Its numbers become doubles while decoding, which is exact below the bound of `book.levels`."""

    s: str
    E: int
    U: int
    u: int
    b: FloatRows
    a: FloatRows


class DepthText(msgspec.Struct, gc=False):
    """The same as text, for numbers above the bound."""

    s: str
    E: int
    U: int
    u: int
    b: Rows
    a: Rows


class Trade(msgspec.Struct, gc=False):
    """A `trade`; `m` tells that the buyer waited in the book, so the seller took."""

    s: str
    t: int
    p: str
    q: str
    T: int
    m: bool


class DepthFrame(msgspec.Struct, gc=False):
    data: Depth


class DepthTextFrame(msgspec.Struct, gc=False):
    data: DepthText


class TradeFrame(msgspec.Struct, gc=False):
    data: Trade
