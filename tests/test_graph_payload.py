"""What clients post becomes a graph, exactly, or a list of every fault."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.graph.fault import InvalidGraph
from venuekit.graph.model import Graph, Node
from venuekit.graph.payload import digest_of, parse_graph
from venuekit.order import OrderType, TimeInForce
from venuekit.route.intent import Urgency
from venuekit.side import Side

SIMPLE = {"symbol": "ETH-USD", "side": "buy", "qty": 0.1}


def parse(payload: dict[str, Any], *, sandbox: bool = False) -> Graph:
    return parse_graph(payload, client_id="client_1", graph_id="graph_minted", sandbox=sandbox)


def node(payload: dict[str, Any]) -> Node:
    return parse(payload).nodes[0]


def official(**changes: Any) -> dict[str, Any]:
    """A payload in the shape that the official client sends."""
    asked = {
        "node_id": "order", "instrument": {"symbol": "BTC-USD", "type": "spot", "venue": None}, "side": "buy",
        "order_type": "market", "quantity": {"fixed": {"qty_1e8": 150_000_000}}, "execution": {}, "activation": "root",
    } | changes  # fmt: skip
    return {"nodes": [asked], "edges": [], "is_sandbox": False}


def faults_of(payload: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidGraph) as caught:
        parse(payload)
    return {fault.field: fault.message for fault in caught.value.faults}


def test_a_simple_order_is_one_market_node() -> None:
    made = node(SIMPLE)
    assert (made.node_id, made.symbol, made.side, made.qty) == ("order", "ETH-USD", Side.BUY, 10_000_000)
    assert (made.type, made.tif, made.px) == (OrderType.MARKET, TimeInForce.IOC, None)


def test_a_price_makes_a_resting_limit() -> None:
    made = node(SIMPLE | {"price": "2325.53"})
    assert (made.type, made.tif, made.px) == (OrderType.LIMIT, TimeInForce.GTC, 2_325_530_000_000)


def test_the_official_shape_is_read() -> None:
    made = node(
        official(
            order_type={"limit": {"price_1e9": 75_000_000_000_000}},
            execution={"urgency": "high", "tif": "IOC", "max_slippage_bps": 10},
        )
    )
    assert (made.qty, made.px, made.urgency) == (150_000_000, 75_000_000_000_000, Urgency.HIGH)
    assert (made.tif, made.max_slippage) == (TimeInForce.IOC, 100_000)


@pytest.mark.parametrize("flag", ["is_sandbox", "sandbox"])
def test_either_spelling_of_the_sandbox_flag_counts(flag: str) -> None:
    assert parse(SIMPLE | {flag: True}).sandbox
    assert not parse(SIMPLE).sandbox


def test_a_sandbox_key_overrides_the_flag() -> None:
    assert parse(SIMPLE | {"is_sandbox": False}, sandbox=True).sandbox


@pytest.mark.parametrize("text", ["2.3", "4.1", "0.009", "0.00000001", "16.74", "1e-05"])
def test_human_numbers_are_taken_exactly(text: str) -> None:
    as_float, as_text = node(SIMPLE | {"qty": float(text)}), node(SIMPLE | {"qty": text})
    assert as_float.qty == as_text.qty
    assert as_text.qty == Decimal(text).scaleb(8)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"qty": 0}, "qty"),
        ({"qty": -1}, "qty"),
        ({"qty": "nan"}, "qty"),
        ({"qty": float("inf")}, "qty"),
        ({"qty": float("nan")}, "qty"),
        ({"qty": True}, "qty"),
        ({"qty": None}, "qty"),
        ({"qty": 1e30}, "qty"),
        ({"qty": "0.000000001"}, "qty"),
        ({"notional": 10}, "notional"),
        ({"side": "hold"}, "side"),
        ({"side": None}, "side"),
        ({"symbol": ""}, "symbol"),
        ({"symbol": 7}, "symbol"),
        ({"price": 0}, "price"),
        ({"price": "x"}, "price"),
        ({"policy": "hope"}, "policy"),
        ({"policy": "mesh_algo"}, "policy"),
        ({"urgency": "now"}, "urgency"),
        ({"tif": "DAY"}, "tif"),
        ({"venue": 3}, "venue"),
        ({"horizon_ms": -5}, "horizon_ms"),
        ({"max_slippage_bps": -1}, "max_slippage_bps"),
        ({"is_sandbox": "yes"}, "is_sandbox"),
        ({"graph_id": "a b"}, "graph_id"),
        ({"post_only": True}, "post_only"),
    ],
)
def test_each_fault_names_its_field(changes: dict[str, Any], field: str) -> None:
    assert field in faults_of(SIMPLE | changes)


def test_every_fault_is_told_at_once() -> None:
    assert set(faults_of({"side": "up", "qty": -1})) >= {"side", "qty", "symbol"}


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"nodes": []}, "nodes"),
        ({"nodes": "x"}, "nodes"),
        ({"nodes": [1]}, "nodes"),
        ({"nodes": [official()["nodes"][0]] * 2}, "nodes"),
        (official() | {"edges": [{"from_node": "a", "to_node": "b"}]}, "edges"),
        (official() | {"risk": {"runtime": {}}}, "risk"),
        (official(quantity={"fixed": {"qty_1e8": 0}}), "nodes[0].quantity.fixed.qty_1e8"),
        (official(quantity={}), "nodes[0].quantity.fixed.qty_1e8"),
        (official(order_type="stop"), "nodes[0].order_type"),
        (official(order_type={"limit": {}}), "nodes[0].order_type.limit.price_1e9"),
        (official(activation="wait"), "nodes[0].activation"),
        (official(node_id=""), "nodes[0].node_id"),
        (official(node_id="a:b"), "nodes[0].node_id"),
        (official(instrument={"symbol": "BTC-USD", "type": "option"}), "nodes[0].instrument.type"),
        (official(execution={"policy": 3}), "nodes[0].execution.policy"),
    ],
)
def test_faults_of_a_graph_name_their_place(payload: dict[str, Any], field: str) -> None:
    assert field in faults_of(payload)


def test_unknown_keys_of_execution_are_ignored() -> None:
    assert node(official(execution={"colour": "blue"})).urgency is Urgency.MEDIUM


def test_a_prediction_price_lies_below_one() -> None:
    assert "price" in faults_of({"symbol": "KXBTCZ-26DEC31-T99000", "side": "buy", "qty": 1, "price": 1.5})


def test_the_same_parameters_have_the_same_digest_whatever_the_id() -> None:
    assert digest_of(official() | {"graph_id": "a"}) == digest_of(official() | {"graph_id": "b"})
    assert digest_of(official()) != digest_of(official(side="sell"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "symbol",
                        "side",
                        "qty",
                        "price",
                        "nodes",
                        "edges",
                        "instrument",
                        "quantity",
                        "fixed",
                        "order_type",
                        "limit",
                        "execution",
                        "notional",
                        "policy",
                        "tif",
                        "graph_id",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_no_payload_breaks_the_parser(payload: Any) -> None:
    if isinstance(payload, dict):
        with suppress(InvalidGraph):
            assert parse(payload).nodes
