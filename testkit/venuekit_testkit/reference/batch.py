"""The reference venue: the answers to batches, one result an item.

Used by `venue.py`. What must stay true: an item is judged by its own answer and never by another's; an answer that
does not fit what was asked is no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from venuekit.capability import Mode
from venuekit.errors import OutcomeUnknown, Refused
from venuekit.order import Accepted, Cancelled, NewOrder, OrderId
from venuekit.venue import BatchItem, CancelItem
from venuekit_testkit.reference import wire
from venuekit_testkit.reference.codes import VENUE, error_of
from venuekit_testkit.reference.parse import to_accepted, to_cancelled

A = TypeVar("A", NewOrder, OrderId)
R = TypeVar("R", Accepted, Cancelled)


def to_placed(told: wire.Results, orders: Sequence[NewOrder]) -> list[BatchItem]:
    """Read the results of a batch, in the order of what was asked. Raises: OutcomeUnknown where they do not fit."""
    return _pair(told, orders, lambda order, one: to_accepted(one, order.client_id, Mode.NATIVE_BATCH))


def to_taken_off(told: wire.Results, orders: Sequence[OrderId]) -> list[CancelItem]:
    """Read the results of a batch of cancels, in the order of what was asked. Raises: OutcomeUnknown likewise."""
    return _pair(told, orders, _ended)


def _pair(
    told: wire.Results, asked: Sequence[A], convert: Callable[[A, wire.Order], R]
) -> list[R | Refused | OutcomeUnknown]:
    if len(told.results) != len(asked):
        raise OutcomeUnknown(f"{len(asked)} were asked for, {len(told.results)} were answered", venue=VENUE)
    return [_judge(one, item, convert) for one, item in zip(asked, told.results, strict=True)]


def _judge(asked: A, item: wire.Item, convert: Callable[[A, wire.Order], R]) -> R | Refused | OutcomeUnknown:
    try:
        if item.order is not None:
            return convert(asked, item.order)
        if item.error is not None:
            raise error_of(item.error.code, item.error.message)
        raise OutcomeUnknown("an item came without a result", venue=VENUE)
    except (Refused, OutcomeUnknown) as error:
        return error


def _ended(asked: OrderId, told: wire.Order) -> Cancelled:
    if told.id != asked.venue_id and told.client_id != asked.client_id:
        raise OutcomeUnknown(f"asked for order {asked.client_id!r}, found {told.client_id!r}", venue=VENUE)
    return to_cancelled(told, Mode.NATIVE_BATCH)
