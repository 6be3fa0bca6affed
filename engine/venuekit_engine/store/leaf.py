"""Batches as JSON, ready to be posted: `Leaf` is one batch, `Group` all that go into one commit.

Used by `writer.py` only. A leaf is made on the event loop, so that a value that no column can hold is refused before
anything is queued. What must stay true: a group keeps the order of events, and of one order, graph or holding only its
last version; of one fill the first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple

import msgspec

from venuekit_engine.store.fault import Unstorable
from venuekit_engine.store.inbox import SINKS, Sink
from venuekit_engine.store.rows import Batch, EventRow
from venuekit_engine.store.schema import BIGGEST

Pairs = list[tuple[Hashable, bytes]]
NUL: Final = b"\\u0000"  # SQLite's JSON ends a text there

_encode: Final = msgspec.json.Encoder().encode
_astuple: Final = msgspec.structs.astuple


class _Codec(NamedTuple):
    numbers: Callable[[tuple[Any, ...]], tuple[int, ...]]
    key: Callable[[Any], Hashable]


def _codec(sink: Sink) -> _Codec:
    fields = msgspec.structs.fields(sink.row)
    return _Codec(itemgetter(*(at for at, each in enumerate(fields) if each.type is int)), attrgetter(*sink.key))


_GRAPH, _ORDER, _FILL, _POSITION = (_codec(sink) for sink in SINKS if sink.key)


class Leaf(NamedTuple):
    """One batch, encoded: in each list the key of a row and its JSON."""

    events: list[bytes]
    graphs: Pairs
    orders: Pairs
    fills: Pairs
    positions: Pairs


def encode(batch: Batch) -> Leaf:
    """Encode a batch. Raises: Unstorable for an integer over 64 bits, a NUL in a text, or text that is no UTF-8."""
    try:
        return Leaf(
            [_event(row) for row in batch.events],
            _pairs((batch.graph,) if batch.graph is not None else (), _GRAPH),
            _pairs(batch.orders, _ORDER),
            _pairs(batch.fills, _FILL),
            _pairs(batch.positions, _POSITION),
        )
    except (UnicodeError, OverflowError) as error:
        raise Unstorable(f"a row cannot be stored: {error}") from error


def _event(row: EventRow) -> bytes:
    if "\0" in row.graph_id:
        raise Unstorable("events: a graph id holds a NUL character")
    return _encode((row.graph_id, row.seq, row.ts_ns, row.body.decode()))


def _pairs(rows: Iterable[msgspec.Struct], codec: _Codec) -> Pairs:
    return [(codec.key(row), _row(row, codec)) for row in rows]


def _row(row: msgspec.Struct, codec: _Codec) -> bytes:
    values = _astuple(row)
    numbers = codec.numbers(values)
    if max(numbers) > BIGGEST or min(numbers) < -BIGGEST:
        raise Unstorable(f"{type(row).__name__}: a number does not fit 64 bits")
    text = _encode(values)
    if NUL in text:
        raise Unstorable(f"{type(row).__name__}: a text holds a NUL character")
    return text


class Group:
    """Merges the batches of one commit."""

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.graphs: dict[Hashable, bytes] = {}
        self.orders: dict[Hashable, bytes] = {}
        self.fills: dict[Hashable, bytes] = {}
        self.positions: dict[Hashable, bytes] = {}
        self.size = 0

    def add(self, leaf: Leaf) -> None:
        """Take one batch in, after those that came before."""
        self.events += leaf.events
        self.graphs.update(leaf.graphs)
        self.orders.update(leaf.orders)
        for key, text in leaf.fills:
            self.fills.setdefault(key, text)
        self.positions.update(leaf.positions)
        self.size += sum(map(len, leaf.events)) + sum(len(text) for pairs in leaf[1:] for _, text in pairs)

    def documents(self) -> tuple[str, ...]:
        """Print one JSON array for each table, in the order of `SINKS`."""
        tables = (self.graphs, self.orders, self.fills, self.positions)
        return (_array(self.events), *(_array(table.values()) for table in tables))


def _array(rows: Iterable[bytes]) -> str:
    return "[" + b",".join(rows).decode() + "]"
