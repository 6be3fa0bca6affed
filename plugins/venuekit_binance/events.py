"""Binance spot: the shapes of the WebSocket API's answers and of an account's events, in the venue's own spelling.

Used by `account.py` and `executions.py`. Only the fields that we read are named; numbers that are money stay text here.
Sources: https://github.com/binance/binance-spot-api-docs user-data-stream.md and web-socket-api.md (2026-07-21), read
2026-11-21; `eR` is of the same pages' section on conditional fields.
"""

from __future__ import annotations

import msgspec

from venuekit_binance.wire import Error


class Execution(msgspec.Struct, frozen=True):
    """An `executionReport`: one order after something happened to it, and the trade where `x` is TRADE."""

    s: str  # symbol
    c: str  # client id; of a cancel, the cancel's own
    S: str  # side
    q: str  # quantity
    p: str  # price
    x: str  # what happened
    X: str  # status
    i: int  # order id
    l: str  # noqa: E741 - last quantity; the venue's spelling
    z: str  # all that traded
    L: str  # last price
    T: int  # time of the event in the engine, milliseconds
    t: int  # trade id, -1 without a trade
    m: bool  # whether we waited in the book
    C: str | None = None  # of a cancel, the client id of the order that it takes off
    r: str = "NONE"  # why it was rejected
    n: str = "0"  # fee
    N: str | None = None  # its asset
    Z: str = "0"  # all that traded, in the quote asset
    eR: str = ""  # why it expired


class Held(msgspec.Struct, frozen=True):
    a: str
    f: str
    l: str  # noqa: E741 - locked; the venue's spelling


class Holdings(msgspec.Struct, frozen=True):
    """An `outboundAccountPosition`: the assets that may have changed, and what is held of them now."""

    B: list[Held]


class Kind(msgspec.Struct, frozen=True):
    e: str


class Told(msgspec.Struct, frozen=True):
    """Any frame: the answer to a request of ours, which has a status, or an event in its wrapping."""

    id: int | str | None = None
    status: int = 0
    error: Error | None = None
    event: msgspec.Raw = msgspec.Raw()
