"""A graph as it was asked for: nodes, how each is to be executed, and on which side of the paper wall.

Built by `payload.py` only, which is where nonsense is refused. Graphs of several nodes and their edges have their
place in the payload; today one node is admitted.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import msgspec

from venuekit.instrument import Kind
from venuekit.order import OrderType, TimeInForce
from venuekit.route.intent import Urgency
from venuekit.side import Side
from venuekit.units import Px, Qty, Rate, Usd


class Policy(Enum):
    """How a node works its order."""

    SOR = "sor"
    IOC_SWEEP = "ioc_sweep"
    PASSIVE_LIMIT = "passive_limit"
    AGGRESSIVE_CHASE = "aggressive_chase"
    PASSIVE_LADDER = "passive_ladder"
    TIME_DRIP = "time_drip"
    WASM_ALGO = "wasm_algo"
    MESH_ALGO = "mesh_algo"


class Node(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One order of a graph. Exactly one of `qty` and `notional` is set; `venue` None lets the router choose."""

    node_id: str
    symbol: str
    kind: Kind
    side: Side
    type: OrderType
    px: Px | None = None
    qty: Qty | None = None
    notional: Usd | None = None
    venue: str | None = None
    policy: Policy = Policy.SOR
    urgency: Urgency = Urgency.MEDIUM
    max_slippage: Rate | None = None
    horizon_ms: int | None = None
    tif: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    reduce_only: bool = False


class Graph(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One submission. `graph_id` is unique for a client, for ever."""

    graph_id: str
    client_id: str
    sandbox: bool
    nodes: tuple[Node, ...]
    metadata: Any = None


def node_order_id(graph_id: str, node_id: str, seq: int) -> str:
    """Name one dispatch of a node; `seq` counts from 1."""
    return f"graph:{graph_id}:{node_id}:{seq}"
