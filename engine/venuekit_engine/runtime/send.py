"""Sends one child order, and sorts what came of it by what may be done next.

Used by the runtime, after the intent is durable. What must stay true: only proof is a refusal; what reached the wire
and was not answered is lost until somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from venuekit.errors import NotSent, OutcomeUnknown, RateLimited, Refused, RejectReason
from venuekit.graph.event import Intent, Lost, Reported
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import NewOrder
from venuekit.units import Nanos
from venuekit_engine.desk.desk import Desk, Told

log = structlog.get_logger(__name__)


async def send(
    intent: Intent, desk: Desk | None, instrument: Instrument | None, now: Callable[[], Nanos]
) -> Reported | Lost:
    """Send a child order and say what happened."""
    name = intent.client_id
    if desk is None or instrument is None:
        return _refused(name, RejectReason.BAD_VENUE, f"nothing was sent: no desk for {intent.venue}", now())
    try:
        return reported(name, await desk.place(new_order(intent, instrument)), now())
    except Refused as error:
        return _refused(name, error.reason, str(error), now())
    except RateLimited as error:
        return _refused(name, RejectReason.RATE_LIMIT, f"nothing was sent: {error}", now())
    except NotSent as error:
        return _refused(name, RejectReason.INVALID_PARAMS, f"nothing was sent: {error}", now())
    except OutcomeUnknown as error:
        return Lost(name, str(error), now())
    except Exception as error:
        # A fault of ours after the wire was reached proves nothing about the order.
        log.exception("desk_failed", venue=intent.venue, client_order_id=name)
        return Lost(name, f"{type(error).__name__} in the desk", now())


def new_order(intent: Intent, instrument: Instrument) -> NewOrder:
    """Make the order that a child intent describes."""
    return NewOrder(
        client_id=intent.client_id,
        instrument=instrument,
        side=intent.side,
        qty=intent.qty,
        type=intent.type,
        px=intent.px,
        tif=intent.tif,
        post_only=intent.post_only,
    )


def reported(leg: str, told: Told, now: Nanos) -> Reported:
    """Write down what a desk tells of a child order."""
    return Reported(leg=leg, state=told.state, venue_id=told.venue_id, fills=told.fills, message=told.message, ts=now)


def _refused(leg: str, reason: RejectReason, message: str, now: Nanos) -> Reported:
    return Reported(leg=leg, state=OrderState.REJECTED, reason=reason, message=message, ts=now)
