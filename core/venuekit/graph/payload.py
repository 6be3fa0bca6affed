"""Reads what clients post into a `Graph`, and tells every fault at once.

Two forms: a simple order (`symbol`, `side`, `qty` or `notional`) and a graph (`nodes`, `edges`). Clients send `type`
as a hint only, so the kind is derived from the symbol. Unknown keys of `execution` are ignored, as the public API does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from venuekit.graph.fault import Fault, InvalidGraph
from venuekit.graph.field import Fields
from venuekit.graph.model import Graph, Node, Policy
from venuekit.instrument import Kind, canonical_symbol, infer_kind
from venuekit.order import OrderType, TimeInForce
from venuekit.route.intent import Urgency
from venuekit.side import Side
from venuekit.units import PX_SCALE, RATE_PER_BPS, Px, Qty, Rate, Usd, parse_px, parse_qty, parse_usd

SIMPLE_NODE: Final = "order"
WORKED: Final = (Policy.SOR, Policy.IOC_SWEEP)
_canonical: Final = msgspec.json.Encoder(order="sorted")
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
_COMPARED: Final = ("nodes", "edges", "risk", "is_sandbox", "sandbox", "metadata")


def parse_graph(payload: Mapping[str, Any], *, client_id: str, graph_id: str, sandbox: bool) -> Graph:
    """Read a simple order or a graph.

    `graph_id` is used where the payload names none; `sandbox` is true for a sandbox key and overrides the payload.
    Raises: InvalidGraph with every fault.
    """
    faults: list[Fault] = []
    fields = Fields(payload, "", faults)
    named = fields.text("graph_id", longest=128)
    if named is not None and not _ID.fullmatch(named):
        fields.fault("graph_id", "may hold letters, digits, '.', '_' and '-', 128 at most")
    node = _graph_node(fields) if "nodes" in payload else _simple_node(fields)
    paper = fields.flag("is_sandbox") | fields.flag("sandbox")
    if faults or node is None:
        raise InvalidGraph(faults)
    return Graph(
        graph_id=named or graph_id,
        client_id=client_id,
        sandbox=sandbox or paper,
        nodes=(node,),
        metadata=payload.get("metadata"),
    )


def digest_of(payload: Mapping[str, Any]) -> str:
    """Fingerprint what a submission asks, so that one id with other parameters is found out."""
    asked = {name: payload.get(name) for name in _COMPARED} if "nodes" in payload else dict(payload)
    asked.pop("graph_id", None)
    return sha256(_canonical.encode(asked)).hexdigest()


def _simple_node(fields: Fields) -> Node | None:
    qty = notional = None
    if fields.has("qty") and fields.has("notional"):
        fields.fault("notional", "give qty or notional, not both")
    elif fields.has("notional"):
        notional = fields.decimal("notional", parse_usd)
    elif fields.has("qty"):
        qty = fields.decimal("qty", parse_qty)
    else:
        fields.fault("qty", "is required: give qty or notional")
    px = fields.decimal("price", parse_px) if fields.has("price") else None
    kind = OrderType.MARKET if px is None and not fields.has("price") else OrderType.LIMIT
    return _node(fields, fields, SIMPLE_NODE, fields, kind, px, qty, notional)


def _graph_node(fields: Fields) -> Node | None:
    nodes = fields.values["nodes"]
    edges = fields.values.get("edges")
    if edges is not None and not isinstance(edges, list):
        fields.fault("edges", "expected a list")
    elif edges:
        fields.fault("edges", "edges are not available yet: submit one node without edges")
    if not isinstance(nodes, list) or not nodes or not all(isinstance(node, dict) for node in nodes):
        fields.fault("nodes", "expected a list of at least one object")
        return None
    if len(nodes) > 1:
        fields.fault("nodes", f"graphs of several nodes are not available yet: found {len(nodes)}, submit each alone")
        return None
    if fields.has("risk"):
        fields.fault("risk", "risk limits on a graph are not available yet: leave them out")
    node = Fields(nodes[0], "nodes[0].", fields.faults)
    node_id = node.text("node_id", required=True, longest=128)
    if node_id is not None and not _ID.fullmatch(node_id):
        node.fault("node_id", "may hold letters, digits, '.', '_' and '-', 128 at most")
    kind, px = _order_type(node)
    qty = node.inner("quantity").inner("fixed").integer("qty_1e8", least=1, required=True)
    if node.has("activation"):
        _check_activation(node)
    return _node(node, node.inner("instrument"), node_id or "", node.inner("execution"), kind, px, qty, None)


def _order_type(node: Fields) -> tuple[OrderType, int | None]:
    value = node.values.get("order_type", "market")
    if isinstance(value, str) and value.lower() == "market":
        return OrderType.MARKET, None
    if isinstance(value, dict) and set(value) == {"limit"}:
        return OrderType.LIMIT, node.inner("order_type").inner("limit").integer("price_1e9", least=1, required=True)
    node.fault("order_type", 'expected "market" or {"limit": {"price_1e9": N}}')
    return OrderType.MARKET, None


def _check_activation(node: Fields) -> None:
    if node.values["activation"] != "root":
        node.fault("activation", "a node without an inbound edge is a root")


def _node(
    fields: Fields,
    instrument: Fields,
    node_id: str,
    execution: Fields,
    kind: OrderType,
    px: int | None,
    qty: int | None,
    notional: int | None,
) -> Node | None:
    symbol = instrument.text("symbol", required=True)
    side = fields.choice("side", Side, required=True)
    venue = instrument.text("venue", longest=32)
    if instrument is not fields:
        # Clients send "spot" for everything; an unknown word is still a mistake worth telling.
        instrument.choice("type", Kind)
    asked = _execution(execution, kind)
    canonical = canonical_symbol(symbol or "")
    derived = infer_kind(canonical)
    if derived is Kind.PREDICTION and px is not None and px >= PX_SCALE:
        fields.fault("price", "a prediction price lies between 0 and 1")
    if side is None or fields.faults:
        return None
    return Node(
        node_id=node_id,
        symbol=canonical,
        kind=derived,
        side=side,
        type=kind,
        px=None if px is None else Px(px),
        qty=None if qty is None else Qty(qty),
        notional=None if notional is None else Usd(notional),
        venue=None if venue is None else venue.lower(),
        policy=asked.policy,
        urgency=asked.urgency,
        max_slippage=asked.max_slippage,
        horizon_ms=asked.horizon_ms,
        tif=asked.tif,
        post_only=asked.post_only,
    )


class _Execution(NamedTuple):
    """How a node is to be worked."""

    policy: Policy
    urgency: Urgency
    max_slippage: Rate | None
    horizon_ms: int | None
    tif: TimeInForce
    post_only: bool


def _execution(fields: Fields, kind: OrderType) -> _Execution:
    policy = fields.choice("policy", Policy) or Policy.SOR
    if policy not in WORKED:
        fields.fault("policy", f"{policy.value} is not available yet: use {' or '.join(each.value for each in WORKED)}")
    tif = fields.choice("tif", TimeInForce, upper=True) or TimeInForce.GTC
    post_only = fields.flag("post_only")
    if post_only and (kind is OrderType.MARKET or tif is not TimeInForce.GTC or policy is Policy.IOC_SWEEP):
        fields.fault("post_only", "only a limit order that may rest can be post-only")
    takes_only = policy is Policy.IOC_SWEEP or kind is OrderType.MARKET
    return _Execution(
        policy=policy,
        urgency=fields.choice("urgency", Urgency) or Urgency.MEDIUM,
        max_slippage=_slippage(fields),
        horizon_ms=fields.integer("horizon_ms", least=1),
        tif=TimeInForce.IOC if takes_only and tif is TimeInForce.GTC else tif,
        post_only=post_only,
    )


def _slippage(execution: Fields) -> Rate | None:
    if not execution.has("max_slippage_bps"):
        return None
    bps = execution.decimal("max_slippage_bps", parse_usd)
    return None if bps is None else Rate(bps * RATE_PER_BPS // PX_SCALE)
