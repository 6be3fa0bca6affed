"""Variants of the verbs: what one call does at one venue takes several at another, or is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from venuekit.capability import Mode, Op
from venuekit.errors import OutcomeUnknown, Refused, RejectReason, TradeError
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, Cancelled, NewOrder, OpenOrder, OrderId
from venuekit.units import Nanos, Qty
from venuekit.venue import BatchItem, CancelItem, Venue
from venuekit.wire import Flow
from venuekit_testkit.mutants.mutant import Edit
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.orders import check, check_amend, check_batch
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.variants.variant import absent, emulated, variant, with_verbs

NONE: Final = '{ exempt = "the venue has none" }'
OF_TRADING: Final = ("signer-matches-vectors", "trading-verbs", "user-stream", "redeem")
SERIAL: Final = emulated("one request for each", Mode.SERIAL, 20)


@variant()
class AmendByCancel(ReferenceVenue):
    """An amend is a cancel and a new order of what is left, under ids of its own."""

    capabilities = with_verbs({Op.AMEND: emulated("cancel, then submit", Mode.CANCEL_REPLACE)})

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        self._require(Op.AMEND, order.id.instrument)
        check_amend(order, to)
        check(msgspec.structs.replace(to, qty=Qty(to.qty - order.filled)))
        taken = yield from self.cancel(order.id, now)
        filled = taken.filled or Qty(0)
        if filled >= to.qty:
            return all_filled(order, taken, filled)
        try:
            placed = yield from self.submit(msgspec.structs.replace(to, qty=Qty(to.qty - filled)), now)
        except TradeError as error:
            raise after_cancel(error) from error
        return msgspec.structs.replace(placed, mode=Mode.CANCEL_REPLACE)


@variant()
class SerialBatches(ReferenceVenue):
    """A batch is one request for each of its orders, and each has an outcome of its own."""

    capabilities = with_verbs({Op.BATCH: SERIAL, Op.CANCEL_BATCH: SERIAL})

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        check_batch(orders)
        for order in orders:
            self._require(Op.BATCH, order.instrument)
            check(order)
        results: list[BatchItem] = []
        for order in orders:
            try:
                placed = yield from self.submit(order, now)
                results.append(msgspec.structs.replace(placed, mode=Mode.SERIAL))
            except (Refused, OutcomeUnknown) as error:
                results.append(error)
        return results

    def cancel_batch(self, orders: Sequence[OrderId], now: Nanos) -> Flow[Sequence[CancelItem]]:
        check_batch(orders)
        results: list[CancelItem] = []
        for order in orders:
            try:
                taken = yield from self.cancel(order, now)
                results.append(msgspec.structs.replace(taken, mode=Mode.SERIAL))
            except (Refused, OutcomeUnknown) as error:
                results.append(error)
        return results


@variant()
class CancelAllByList(ReferenceVenue):
    """A cancel-all lists what rests and takes off one after the other."""

    capabilities = with_verbs({Op.CANCEL_ALL: emulated("list, then cancel each", Mode.SERIAL)})

    def cancel_all(self, instrument: Instrument, now: Nanos) -> Flow[Sequence[Cancelled]]:
        self._require(Op.CANCEL_ALL, instrument)
        taken: list[Cancelled] = []
        for told in (yield from self.open_orders(instrument, now)):
            try:
                ended = yield from self.cancel(OrderId(instrument, told.client_id, told.venue_id), now)
            except Refused as error:
                if error.reason is RejectReason.RATE_LIMIT:
                    raise
                continue  # it traded or was taken off meanwhile
            taken.append(msgspec.structs.replace(ended, mode=Mode.SERIAL))
        return taken


@variant()
class NoAmend(ReferenceVenue):
    """An order cannot be changed, neither in price nor in size."""

    capabilities = with_verbs(dict.fromkeys((Op.AMEND, Op.DECREASE), absent("an order stays as it was placed")))
    amend, decrease = Venue.amend, Venue.decrease


@variant()
class NoDecrease(ReferenceVenue):
    """An order can be moved, and not shrunk in its place."""

    capabilities = with_verbs({Op.DECREASE: absent("every change loses the place in the queue")})
    decrease = Venue.decrease


@variant(edits=(Edit("quality.toml", 'user-stream = "done"', f"user-stream = {NONE}"),))
class NoAccountStream(ReferenceVenue):
    """Nothing tells of our orders unless it is asked."""

    capabilities = with_verbs({Op.ACCOUNT_FEED: absent("the venue has public streams only")})
    account_feed = Venue.account_feed


@variant()
class OneByOne(ReferenceVenue):
    """There are no batches, and no cancel-all."""

    capabilities = with_verbs(
        dict.fromkeys((Op.BATCH, Op.CANCEL_BATCH, Op.CANCEL_ALL), absent("one order a call is all there is"))
    )
    batch, cancel_batch, cancel_all = Venue.batch, Venue.cancel_batch, Venue.cancel_all


@variant(edits=tuple(Edit("quality.toml", f'{rule} = "done"', f"{rule} = {NONE}") for rule in OF_TRADING))
class MarketDataOnly(ReferenceVenue):
    """Nothing can be traded: only markets, books, trades and fees are told."""

    capabilities = with_verbs(
        dict.fromkeys(
            set(Op) - {Op.INSTRUMENTS, Op.BOOK, Op.TRADES, Op.FEED, Op.FEES}, absent("the venue publishes prices only")
        )
    )
    submit, cancel, amend, decrease, batch = Venue.submit, Venue.cancel, Venue.amend, Venue.decrease, Venue.batch
    cancel_batch, cancel_all, query, open_orders = Venue.cancel_batch, Venue.cancel_all, Venue.query, Venue.open_orders
    fills, balances, positions, settlements = Venue.fills, Venue.balances, Venue.positions, Venue.settlements
    redeem, account_feed = Venue.redeem, Venue.account_feed


def all_filled(order: OpenOrder, taken: Cancelled, filled: Qty) -> Accepted:
    """Answer an amend of an order that had traded all that was wanted."""
    return Accepted(
        client_id=order.id.client_id,
        venue_id=taken.venue_id,
        state=OrderState.FILLED,
        filled=filled,
        mode=Mode.CANCEL_REPLACE,
    )


def after_cancel(error: TradeError) -> TradeError:
    """Tell that the first half of an amend was done, and the second was not."""
    # The first half is done, so what never left for the second is no longer "nothing was sent".
    message = f"the order was cancelled, and its replacement failed: {error.message}"
    if isinstance(error, OutcomeUnknown):
        return OutcomeUnknown(message, venue=VENUE, code=error.code)
    reason = error.reason if isinstance(error, Refused) else RejectReason.UNKNOWN
    return Refused(message, venue=VENUE, reason=reason, code=error.code)
