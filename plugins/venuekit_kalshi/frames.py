"""Kalshi: the shapes of the socket's frames, in the venue's own spelling.

Used by `feed.py` and `account.py`. What must stay true: prices and counts stay text here, and the fields that a book or
an order needs have no default.
Source: AsyncAPI 2026-10 (https://docs.kalshi.com/asyncapi.yaml), read 2026-11-21.
"""

from __future__ import annotations

from typing import Final

import msgspec

from venuekit.wire import Frame
from venuekit_kalshi.wire import Order, Rows, Trading

ANSWERS: Final = frozenset(("subscribed", "ok", "unsubscribed"))  # to our commands


class Envelope(msgspec.Struct, gc=False):
    """Every frame. `seq` counts the frames of one subscription, answers to commands included."""

    type: str
    sid: int | None = None
    seq: int | None = None
    msg: msgspec.Raw = msgspec.Raw(b"null")
    sending_ts_ms: int = 0


_decode: Final = msgspec.json.Decoder(Envelope).decode


def read_envelope(frame: Frame) -> Envelope:
    """Read what every frame has. Raises: ValueError for what is no frame."""
    try:
        return _decode(frame)
    except RecursionError as error:  # msgspec raises it for what is nested too deeply
        raise ValueError("a frame is nested too deeply") from error


class Subscribed(msgspec.Struct):
    channel: str
    sid: int


class Trouble(msgspec.Struct):
    """An error of the socket."""

    code: int
    msg: str = ""
    market_ticker: str | None = None
    market_tickers: list[str] | None = None


class Snapshot(msgspec.Struct, gc=False):
    """A whole book; a side without orders is left out. The other sides are those of dead APIs, in other units."""

    market_ticker: str
    yes_dollars_fp: Rows | None = None
    no_dollars_fp: Rows | None = None
    yes: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    no: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    yes_dollars: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    no_dollars: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET

    def __post_init__(self) -> None:
        if any(side is not msgspec.UNSET for side in (self.yes, self.no, self.yes_dollars, self.no_dollars)):
            raise ValueError("a book of a dead API, whose levels are in other units")


class Delta(msgspec.Struct, gc=False):
    """One change: `delta_fp` is added to what rests."""

    market_ticker: str
    price_dollars: str
    delta_fp: str
    side: str
    ts_ms: int = 0


class Print(msgspec.Struct, gc=False):
    trade_id: str
    market_ticker: str
    yes_price_dollars: str
    count_fp: str
    taker_book_side: str
    ts_ms: int
    is_block_trade: bool = False


class UserOrder(Order, frozen=True, kw_only=True):
    """One of our orders; `status` may be `unknown`."""

    created_ts_ms: int
    last_updated_ts_ms: int | None = None


class UserFill(Trading, frozen=True, kw_only=True):
    """One of our trades on the stream."""

    market_ticker: str
    ts_ms: int
    client_order_id: str = ""
