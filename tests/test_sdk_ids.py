"""The names of graphs and node orders: what may be cancelled by which name."""

from __future__ import annotations

import uuid

import pytest

from venuekit_sdk.ids import graph_id_from, graph_id_of, is_node_order_id

GRAPH = "graph_f679e9c25e9e4ecbaacceb71d62bd9a9"


@pytest.mark.parametrize("name", [GRAPH, f"graph:{GRAPH}:spot:1", f"graph:{GRAPH}:order:12", f"{GRAPH}:spot:1"])
def test_the_graph_is_found_in_every_form_of_its_name(name: str) -> None:
    assert graph_id_of(name) == GRAPH


def test_a_graph_that_the_caller_named_keeps_its_name() -> None:
    assert graph_id_of("graph:my-hedge.1:leg_a:3") == "my-hedge.1"


@pytest.mark.parametrize("name", ["", "graph:", f"graph:{GRAPH}", "graph:a:b", "a:b", "a:b:c:d", "a:b:x", "a/b", "a b"])
def test_a_name_that_is_neither_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="expected a graph id"):
        graph_id_of(name)


def test_a_new_graph_is_named_after_its_noise() -> None:
    assert graph_id_from(uuid.UUID(int=1)) == "graph_00000000000000000000000000000001"


def test_a_node_order_is_told_from_a_graph() -> None:
    assert is_node_order_id(f"graph:{GRAPH}:spot:1")
    assert not is_node_order_id(GRAPH)
