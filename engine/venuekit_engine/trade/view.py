"""Orders, fills and graphs as the public API shows them."""

from __future__ import annotations

import msgspec

from venuekit.graph.model import node_order_id
from venuekit.graph.run import GraphRun, NodeRun
from venuekit_engine.answer import FillRow, GraphStatus, NodeStatus, Order
from venuekit_engine.store import rows


def view_graph(run: GraphRun) -> GraphStatus:
    """Show a graph."""
    graph = run.graph
    nodes = {node_id: _view_node(graph.graph_id, node) for node_id, node in run.nodes.items()}
    return GraphStatus(graph.graph_id, graph.client_id, run.state.value, nodes, {})


def view_order(row: rows.OrderRow) -> Order:
    """Show an order."""
    return Order(
        node_order_id=row.node_order_id,
        client_id=row.client_id,
        side=row.side,
        symbol=row.symbol,
        qty_1e8=row.qty_1e8,
        filled_qty_1e8=row.filled_qty_1e8,
        status=row.status,
        constraints=msgspec.json.decode(row.constraints) if row.constraints else None,
        created_unix_ns=row.created_ns,
        updated_unix_ns=row.updated_ns,
        failure_reason=row.reason or None,
        avg_fill_price_1e9=row.avg_px_1e9,
    )


def view_fill(row: rows.FillRow) -> FillRow:
    """Show a fill."""
    return FillRow(
        fill_id=row.fill_id,
        node_order_id=row.node_order_id,
        symbol=row.symbol,
        side=row.side,
        qty_1e8=row.qty_1e8,
        price_1e9=row.px_1e9,
        venue=row.venue,
        fee_1e9=row.fee_1e9,
        timestamp_ns=row.ts_ns,
        fee_asset=row.fee_asset,
        liquidity=row.liquidity,
    )


def _view_node(graph_id: str, node: NodeRun) -> NodeStatus:
    return NodeStatus(
        status=node.state.value,
        node_order_id=node_order_id(graph_id, node.node.node_id, node.seq),
        target_qty_1e8=node.target or node.node.qty or 0,
        filled_qty_1e8=node.filled,
        avg_fill_price_1e9=node.avg_px,
        fill_count=node.fill_count,
        reason=node.reason.value if node.reason else None,
        message=node.message or None,
    )
