"""Checks that the market side asks as it declares: its own hosts, its own buckets, and nothing that changes a thing.

Used by the tests of plugins. It needs no pytest: a fault is an AssertionError that says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from venuekit.capability import Op
from venuekit.instrument import Instrument
from venuekit.venue import Venue
from venuekit.wire import Flow, Request


def check_reads(venue: Venue, instrument: Instrument) -> None:
    """Make the first request of every market-side verb that the table grants. Raises: AssertionError."""
    verbs: Mapping[Op, Callable[[], Flow[Any]]] = {
        Op.INSTRUMENTS: venue.instruments,
        Op.BOOK: lambda: venue.book(instrument, 1),
        Op.TRADES: lambda: venue.trades(instrument, 1),
    }
    for op, ask in verbs.items():
        if venue.capabilities[instrument.kind][op]:
            _check_read(venue, op, next(ask()))


def _check_read(venue: Venue, op: Op, request: Request) -> None:
    who = f"{venue.id}: {op.value}"
    assert request.safe, f"{who} changes nothing, so its request is safe to repeat: say safe=True"
    assert request.cost, f"{who} names no bucket of `limits`"
    assert {name for name, _ in request.cost} <= {limit.name for limit in venue.limits}, f"{who} names other buckets"
    assert urlsplit(request.url).hostname in venue.hosts, f"{who} goes to a host that is not declared: {request.url}"
