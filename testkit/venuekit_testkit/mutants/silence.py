"""Mutants that draw a conclusion from silence, or from an answer that proves nothing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from venuekit.errors import OrderGone, OutcomeUnknown, Refused, RejectReason
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, Cancelled, NewOrder, OrderId, OrderReport
from venuekit.side import Side
from venuekit.units import Nanos, Qty
from venuekit.wire import Flow, Response
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.mutants.tamper import tamper
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.venue import ReferenceVenue

REFUSAL = Response(400, b'{"code":"bad_request","message":"no"}')


def _refused(error: OutcomeUnknown) -> Refused:
    return Refused(error.message, venue=VENUE, reason=RejectReason.NETWORK, code=error.code)


@mutant("LC-110", "https://github.com/nautechsystems/nautilus_trader/issues/4958")
class TimeoutIsARefusal(ReferenceVenue):
    """Takes silence for a refusal: the order fills later, and nobody knows of it."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        try:
            return (yield from super().submit(order, now))
        except OutcomeUnknown as error:
            if error.code:
                raise
            raise _refused(error) from error


@mutant("EX-120")
class ServerErrorIsARefusal(ReferenceVenue):
    """Takes a 5xx for a refusal, although the order may be live."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        return (
            yield from tamper(super().submit(order, now), hear=lambda told: REFUSAL if told.status >= 500 else told)
        )


@mutant("EX-135")
class RedirectIsAccepted(ReferenceVenue):
    """Takes whatever is no error for an acceptance, a redirect too."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        def hear(told: Response) -> Response:
            return msgspec.structs.replace(told, status=200) if 300 <= told.status < 400 else told

        return (yield from tamper(super().submit(order, now), hear=hear))


@mutant("EX-130")
class UnreadableIsAccepted(ReferenceVenue):
    """Takes every status 200 for an acceptance, whatever its body holds."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        try:
            return (yield from super().submit(order, now))
        except OutcomeUnknown as error:
            if error.code != "200":
                raise
        return Accepted(client_id=order.client_id, venue_id="0", state=OrderState.ACCEPTED)


@mutant("LC-210")
class SubmitsAgainByItself(ReferenceVenue):
    """Sends an order again under a new id when no answer came, so that there are two."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        try:
            return (yield from super().submit(order, now))
        except OutcomeUnknown:
            again = msgspec.structs.replace(order, client_id=f"{order.client_id}-2")
            return (yield from super().submit(again, now))


@mutant("EX-970")
class UsedIdIsARefusal(ReferenceVenue):
    """Calls an order refused whose id was used, and so loses sight of the one that lives under it."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        try:
            return (yield from super().submit(order, now))
        except OutcomeUnknown as error:
            if error.code != "duplicate_client_id":
                raise
            raise _refused(error) from error


@mutant("EX-440", "https://github.com/hummingbot/hummingbot/issues/1664")
class CancelOfNothingSucceeds(ReferenceVenue):
    """Tells a cancel that found nothing as done, although the order is filled."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        try:
            return (yield from super().cancel(order, now))
        except OrderGone:
            return Cancelled(client_id=order.client_id, venue_id=order.venue_id, filled=Qty(0))


@mutant("EX-540", "https://github.com/hummingbot/hummingbot/issues/5122")
class CancelsAgainAndAgain(ReferenceVenue):
    """Repeats a cancel that found nothing, in the hope that it finds something."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        try:
            return (yield from super().cancel(order, now))
        except OrderGone:
            return (yield from super().cancel(order, now))


@mutant("EX-440")
class FilledIsUnknown(ReferenceVenue):
    """Tells a cancel that found nothing as an unknown outcome, so that it is asked without end."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        try:
            return (yield from super().cancel(order, now))
        except OrderGone as error:
            raise OutcomeUnknown(error.message, venue=VENUE, code=error.code) from error


@mutant("EX-780", "https://github.com/nautechsystems/nautilus_trader/pull/3715")
class NotFoundIsCancelled(ReferenceVenue):
    """Tells an order that the venue does not know as cancelled with nothing filled."""

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        try:
            return (yield from super().query(order, now))
        except OrderGone:
            return OrderReport(
                client_id=order.client_id,
                venue_id=order.venue_id,
                venue_symbol=order.instrument.venue_symbol,
                side=Side.BUY,
                state=OrderState.CANCELLED,
                qty=Qty(0),
                filled=Qty(0),
            )


@mutant("RL-170", "https://github.com/nautechsystems/nautilus_trader/pull/3715")
class FailedReadIsEmpty(ReferenceVenue):
    """Tells a list of open orders that could not be had as an empty one."""

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        try:
            return (yield from super().open_orders(instrument, now))
        except OutcomeUnknown:
            return []


@mutant("RL-150", "https://github.com/pmxt-dev/pmxt/issues/123")
class SwallowsSlowDown(ReferenceVenue):
    """Meets "too many requests" by asking again at once."""

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        try:
            return (yield from super().query(order, now))
        except Refused as error:
            if error.reason is not RejectReason.RATE_LIMIT:
                raise
            return (yield from super().query(order, now))


@mutant("EX-985")
class SlowDownIsUnknown(ReferenceVenue):
    """Tells a 429 as an unknown outcome, although nothing was done."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        try:
            return (yield from super().submit(order, now))
        except Refused as error:
            if error.reason is not RejectReason.RATE_LIMIT:
                raise
            raise OutcomeUnknown(error.message, venue=VENUE, code=error.code) from error


@mutant("LC-160", "https://github.com/nautechsystems/nautilus_trader/pull/3715")
class LostCancelAllIsNothing(ReferenceVenue):
    """Tells a cancel-all that got no answer as one that found nothing."""

    def cancel_all(self, instrument: Instrument, now: Nanos) -> Flow[Sequence[Cancelled]]:
        try:
            return (yield from super().cancel_all(instrument, now))
        except OutcomeUnknown:
            return []


@mutant("LC-120", "https://github.com/hummingbot/hummingbot/issues/1664")
class LostCancelIsDone(ReferenceVenue):
    """Tells a cancel that got no answer as done, although the order rests."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        try:
            return (yield from super().cancel(order, now))
        except OutcomeUnknown:
            return Cancelled(client_id=order.client_id, venue_id=order.venue_id)
