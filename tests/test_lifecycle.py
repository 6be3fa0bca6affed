"""Laws of the state tables."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.lifecycle import GRAPH_LIVE, GRAPHS, NODE_LIVE, NODES, ORDER_LIVE, ORDERS, TABLES, advance, draw

EACH = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
Table = Mapping[Any, frozenset[Any]]
LIVE: dict[str, tuple[Table, frozenset[Any]]] = {
    "order": (ORDERS, ORDER_LIVE),
    "node": (NODES, NODE_LIVE),
    "graph": (GRAPHS, GRAPH_LIVE),
}


@EACH
@given(data=st.data())
def test_no_sequence_of_reports_leaves_a_terminal_state(table: Table, data: st.DataObject) -> None:
    state = data.draw(st.sampled_from([state for state, after in table.items() if not after]))
    reached = state
    for report in data.draw(st.lists(st.sampled_from(list(table)))):
        reached = advance(table, reached, report)
    assert reached is state


@EACH
@given(data=st.data())
def test_repeated_reports_change_nothing(table: Table, data: st.DataObject) -> None:
    state = next(iter(table))
    for report in data.draw(st.lists(st.sampled_from(list(table)))):
        state = advance(table, state, report)
        assert advance(table, state, report) is state


@EACH
def test_every_state_is_in_its_table_and_can_be_reached(table: Table) -> None:
    first = next(iter(table))
    assert set(table) == {*type(first).__members__.values()}
    reached, todo = {first}, [first]
    while todo:
        new = table[todo.pop()] - reached
        reached |= new
        todo += new
    assert reached == set(table)


@EACH
def test_every_live_state_can_end(table: Table) -> None:
    ends = {state for state, after in table.items() if not after}
    assert all(after & ends for after in table.values() if after)


@pytest.mark.parametrize("name", LIVE)
def test_live_is_what_can_still_move(name: str) -> None:
    table, live = LIVE[name]
    assert live == {state for state, after in table.items() if after}


@EACH
def test_a_drawing_shows_every_arrow_once(table: Table) -> None:
    lines = draw(table).splitlines()
    arrows = {f"    {state.value} --> {to.value}" for state, after in table.items() for to in after}
    ends = {f"    {state.value} --> [*]" for state, after in table.items() if not after}
    assert lines[0] == "stateDiagram-v2"
    assert sorted(lines[2:]) == sorted(arrows | ends)
    assert isinstance(next(iter(table)), Enum)
