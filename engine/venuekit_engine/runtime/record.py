"""What the store keeps of a graph as it stands: its row, its orders, its fills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from venuekit.fill import Fill
from venuekit.graph.model import node_order_id
from venuekit.graph.run import GraphRun, Leg, NodeRun
from venuekit.lifecycle import NodeState
from venuekit.order import OrderType
from venuekit.units import RATE_PER_BPS, Usd
from venuekit_engine.store.rows import FillRow, GraphRow, OrderRow

ORDER_STATUS: Final[Mapping[NodeState, str]] = {
    NodeState.PENDING: "PENDING",
    NodeState.ARMED: "NEW",
    NodeState.EXECUTING: "ACCEPTED",
    NodeState.FILLED: "COMPLETED",
    NodeState.PARTIAL_FILL: "CANCELLED",
    NodeState.CANCELLED: "CANCELLED",
    NodeState.REJECTED: "REJECTED",
}

_encode: Final = msgspec.json.Encoder().encode


def graph_row(run: GraphRun, digest: str) -> GraphRow:
    """Write down a graph."""
    graph = run.graph
    return GraphRow(
        graph_id=graph.graph_id,
        client_id=graph.client_id,
        sandbox=graph.sandbox,
        digest=digest,
        state=run.state.value,
        live=run.is_live,
        created_ns=run.created,
        updated_ns=run.updated,
    )


def order_row(run: GraphRun, node: NodeRun) -> OrderRow:
    """Write down one node order."""
    graph, asked = run.graph, node.node
    return OrderRow(
        node_order_id=node_order_id(graph.graph_id, asked.node_id, node.seq),
        graph_id=graph.graph_id,
        client_id=graph.client_id,
        sandbox=graph.sandbox,
        side=asked.side.name,
        symbol=asked.symbol,
        qty_1e8=node.target or asked.qty or 0,
        filled_qty_1e8=node.filled,
        avg_px_1e9=node.avg_px,
        status=order_status(node),
        constraints=_constraints(node),
        reason=node.reason.value if node.reason else "",
        created_ns=run.created,
        updated_ns=node.updated,
    )


def order_status(node: NodeRun) -> str:
    """Give the flat status: what was refused after it was sent has FAILED."""
    if node.state is NodeState.EXECUTING and node.filled:
        return "PARTIAL"
    if node.state is NodeState.REJECTED and node.legs:
        return "FAILED"
    return ORDER_STATUS[node.state]


def fill_row(run: GraphRun, node: NodeRun, leg: Leg, fill: Fill, fee_usd: Usd) -> FillRow:
    """Write down one fill. A trade with ourselves has one id and two sides."""
    intent = leg.intent
    return FillRow(
        fill_id=f"{intent.venue}:{intent.venue_symbol}:{fill.trade_id}:{fill.side.value}",
        node_order_id=node_order_id(run.graph.graph_id, node.node.node_id, node.seq),
        client_id=run.graph.client_id,
        sandbox=run.graph.sandbox,
        symbol=intent.symbol,
        side=fill.side.name,
        qty_1e8=fill.qty,
        px_1e9=fill.px,
        venue=intent.venue,
        fee_1e9=fill.fee,
        fee_asset=fill.fee_asset,
        fee_usd_1e9=fee_usd,
        liquidity=fill.liquidity.value,
        ts_ns=fill.ts,
    )


def _constraints(node: NodeRun) -> str:
    asked = node.node
    told: dict[str, object] = {"urgency": asked.urgency, "policy": asked.policy, "tif": asked.tif}
    if asked.type is OrderType.LIMIT:
        told["max_price_1e9"] = asked.px
    if asked.venue:
        told["venue"] = asked.venue
    if asked.horizon_ms:
        told["horizon_ms"] = asked.horizon_ms
    if asked.max_slippage is not None:
        told["max_slippage_bps"] = asked.max_slippage / RATE_PER_BPS
    if node.message:
        told["message"] = node.message
    return _encode(told).decode()
