"""What happened to a graph: past tense, journalled as JSON, replayed for ever.

Old journals must keep replaying: fields are only ever added, with a default, and a name is never used twice.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from venuekit.errors import RejectReason
from venuekit.fill import Fill
from venuekit.graph.model import Graph
from venuekit.lifecycle import OrderState
from venuekit.order import OrderType, TimeInForce
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty

FORMAT = 1  # of the journal; raised when old journals need a translation to replay


class Intent(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One child order that is about to be sent. `client_id` derives from the node order id, so it is never new."""

    client_id: str
    node_id: str
    venue: str
    symbol: str
    venue_symbol: str
    side: Side
    qty: Qty
    type: OrderType
    px: Px | None
    tif: TimeInForce
    post_only: bool = False


class Submitted(msgspec.Struct, frozen=True, gc=False, tag="submitted"):
    """The graph was admitted."""

    graph: Graph
    ts: Nanos


class Routed(msgspec.Struct, frozen=True, gc=False, tag="routed", kw_only=True):
    """The router decided. `target` is in the instrument's quantity; `residual` found no venue, for the reason given.

    `digest` fingerprints the decision's inputs; `bid` and `ask` are the arrival NBBO, 0 where there was none.
    `left_out` names cost terms of plugins that failed, with the reason.
    """

    node_id: str
    seq: int
    target: Qty
    legs: tuple[Intent, ...]
    residual: Qty
    reason: str
    digest: str
    bid: Px
    ask: Px
    cost_1e8: int
    excluded: dict[str, str]
    ts: Nanos
    left_out: dict[str, str] = {}


class NodeRejected(msgspec.Struct, frozen=True, gc=False, tag="node_rejected"):
    """A node ended before anything was sent."""

    node_id: str
    reason: RejectReason
    message: str
    ts: Nanos


class Reported(msgspec.Struct, frozen=True, gc=False, tag="reported", kw_only=True):
    """A venue told the state of a child order, and perhaps fills. `reason` is set when it refused."""

    leg: str
    state: OrderState
    ts: Nanos
    venue_id: str = ""
    fills: tuple[Fill, ...] = ()
    reason: RejectReason | None = None
    message: str = ""


class Lost(msgspec.Struct, frozen=True, gc=False, tag="lost"):
    """A child order was sent, or perhaps sent, and nothing proves what became of it."""

    leg: str
    message: str
    ts: Nanos


class CancelAsked(msgspec.Struct, frozen=True, gc=False, tag="cancel_asked"):
    """Someone wants a node cancelled, or every node where `node_id` is ""."""

    node_id: str
    ts: Nanos


Event: TypeAlias = Submitted | Routed | NodeRejected | Reported | Lost | CancelAsked

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode_event(event: Event) -> bytes:
    """Write an event as JSON."""
    return _encoder.encode(event)


def decode_event(body: bytes) -> Event:
    """Read an event. Raises: msgspec.ValidationError for what no version wrote."""
    return _decoder.decode(body)
