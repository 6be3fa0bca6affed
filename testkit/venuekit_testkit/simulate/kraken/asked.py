"""What a client of the public WebSocket v2 may ask, read from its frames.

Used by `stream.py`. What must stay true: whatever a frame holds, it is read or refused in the venue's words.
Sources: https://docs.kraken.com/api/docs/websocket-v2/book, .../trade, read 2026-11-21.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from venuekit.wire import Frame
from venuekit_testkit.simulate.kraken import errors
from venuekit_testkit.simulate.kraken.errors import Refusal
from venuekit_testkit.simulate.kraken.shape import Row

DEPTHS: Final = (10, 25, 100, 500, 1000)
CHANNELS: Final = {"book": True, "trade": False}  # with a snapshot, unless it is said
PRIVATE: Final = frozenset({"executions", "balances", "level3"})
ORDERS: Final = frozenset((
    "add_order", "amend_order", "edit_order", "cancel_order", "cancel_all", "cancel_all_orders_after", "batch_add",
    "batch_cancel",
))  # fmt: skip


def read_frame(frame: Frame) -> Row:
    """Read one frame. Raises: Refusal."""
    try:
        return msgspec.json.decode(frame, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Refusal(errors.MALFORMED) from None


def read_params(asked: Row) -> Row:
    """Read the parameters of a request. Raises: Refusal."""
    params = asked.get("params")
    if not isinstance(params, dict):
        raise Refusal(errors.MALFORMED)
    return params


def read_channel(params: Row) -> str:
    """Read which channel is meant. Raises: Refusal."""
    channel = str(params.get("channel"))
    if channel in PRIVATE:
        raise Refusal(errors.ELSEWHERE)
    if channel not in CHANNELS:
        raise Refusal(errors.NO_SUCH_CHANNEL)
    return channel


def read_symbols(params: Row) -> list[str]:
    """Read which pairs are meant. Raises: Refusal."""
    symbols = params.get("symbol")
    if not isinstance(symbols, list) or not symbols or not all(isinstance(each, str) for each in symbols):
        raise Refusal(errors.NOT_A_LIST)
    return symbols


def read_depth(params: Row) -> int:
    """Read how many levels are wanted. Raises: Refusal."""
    depth = params.get("depth", DEPTHS[0])
    if type(depth) is not int or depth not in DEPTHS:
        raise Refusal(errors.ODD_DEPTH)
    return depth


def read_method(asked: Row) -> str:
    """Read what is to be done. Raises: Refusal for what belongs to the private socket."""
    name = str(asked.get("method"))
    if name in ORDERS:
        raise Refusal(errors.ELSEWHERE)
    return name


def wants_snapshot(params: Row, channel: str) -> bool:
    """Read whether a subscription begins with a snapshot. Raises: Refusal."""
    wanted = params.get("snapshot", CHANNELS[channel])
    if not isinstance(wanted, bool):
        raise Refusal(errors.MALFORMED)
    return wanted
