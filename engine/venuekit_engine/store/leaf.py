"""Batches as rows, ready to be written: `Leaf` is one batch, `Group` all that go into one commit.

Used by `writer.py` only. A leaf is made on the event loop, so that a value that no column can hold is refused before
anything is queued. What must stay true: a group keeps the order of events, and of one order, graph or holding only its
last version; of one fill the first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

from venuekit_engine.store import sink
from venuekit_engine.store.fault import Unstorable
from venuekit_engine.store.rows import Batch
from venuekit_engine.store.schema import BIGGEST

Values: TypeAlias = tuple[Any, ...]
Pairs: TypeAlias = list[tuple[Hashable, Values]]

_astuple: Final = msgspec.structs.astuple


class _Kind(NamedTuple):
    """How to take a row of one kind apart: its numbers, its texts, and what names it."""

    numbers: Callable[[Values], tuple[int, ...]]
    texts: Callable[[Values], Iterable[str]]
    key: Callable[[Any], Hashable]


def _kind(into: sink.Sink) -> _Kind:
    fields = list(enumerate(msgspec.structs.fields(into.row)))
    return _Kind(
        itemgetter(*(at for at, field in fields if field.type is int)),
        itemgetter(*(at for at, field in fields if field.type is str)),
        attrgetter(*(into.key or ("graph_id", "seq"))),
    )


_EVENT, _GRAPH, _ORDER = _kind(sink.EVENTS), _kind(sink.GRAPHS), _kind(sink.ORDERS)
_FILL, _POSITION = _kind(sink.FILLS), _kind(sink.POSITIONS)


class Leaf(NamedTuple):
    """One batch: in each list the key of a row and its values."""

    events: Pairs
    graphs: Pairs
    orders: Pairs
    fills: Pairs
    positions: Pairs


def prepare(batch: Batch) -> Leaf:
    """Take a batch apart. Raises: Unstorable for an integer over 64 bits, or text that is no UTF-8."""
    return Leaf(
        _pairs(batch.events, _EVENT),
        _pairs((batch.graph,), _GRAPH) if batch.graph is not None else [],
        _pairs(batch.orders, _ORDER),
        _pairs(batch.fills, _FILL),
        _pairs(batch.positions, _POSITION),
    )


def _pairs(rows: Iterable[msgspec.Struct], kind: _Kind) -> Pairs:
    return [(kind.key(row), _values(row, kind)) for row in rows]


def _values(row: msgspec.Struct, kind: _Kind) -> Values:
    values = _astuple(row)
    numbers = kind.numbers(values)
    if max(numbers) > BIGGEST or min(numbers) < -BIGGEST:
        raise Unstorable(f"{type(row).__name__}: a number does not fit 64 bits")
    text = "".join(kind.texts(values))
    if not text.isascii():
        _require_utf8(text, type(row).__name__)
    return values


def _require_utf8(text: str, name: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Unstorable(f"{name}: a text is no UTF-8: {error.reason}") from error


class Group:
    """Merges the batches of one commit."""

    def __init__(self) -> None:
        self.events: list[Values] = []
        self.graphs: dict[Hashable, Values] = {}
        self.orders: dict[Hashable, Values] = {}
        self.fills: dict[Hashable, Values] = {}
        self.positions: dict[Hashable, Values] = {}

    def add(self, leaf: Leaf) -> None:
        """Take one batch in, after those that came before."""
        self.events += [values for _, values in leaf.events]
        self.graphs.update(leaf.graphs)
        self.orders.update(leaf.orders)
        for key, values in leaf.fills:
            self.fills.setdefault(key, values)
        self.positions.update(leaf.positions)

    def tables(self) -> tuple[Collection[Values], ...]:
        """Give the rows of each table, in the order of `sink.INSERTS`."""
        merged = (self.graphs, self.orders, self.fills, self.positions)
        return (self.events, *(rows.values() for rows in merged))
