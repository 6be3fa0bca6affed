"""Variants of the answers: what a venue tells at once, what it tells later, and what it never tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

import msgspec

from venuekit.capability import Feature, Mode, Op
from venuekit.errors import Invalid, TradeError
from venuekit.instrument import Instrument
from venuekit.order import Accepted, Cancelled, NewOrder, OpenOrder, OrderId, OrderReport
from venuekit.units import Nanos, Qty
from venuekit.venue import AccountEvent, AccountFeed
from venuekit.wire import Flow, Frame
from venuekit_testkit.reference import endpoints
from venuekit_testkit.reference.account import ReferenceAccountFeed
from venuekit_testkit.reference.answers import read
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.orders import check, check_amend
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.exchange.rules import Rules
from venuekit_testkit.simulate.reference.denials import Denied
from venuekit_testkit.simulate.reference.face import ReferenceSimulator
from venuekit_testkit.simulate.reference.trading import CLIENT_ID, Desk
from venuekit_testkit.variants.spelling import RespeltSimulator, Spelling
from venuekit_testkit.variants.variant import absent, emulated, variant, with_features, with_verbs
from venuekit_testkit.variants.verbs import after_cancel, all_filled

TAKEN: Final[Mapping[str, Any]] = {"status": "open", "filled": "0", "paid": "0", "reason": "", "fills": []}
PLACING: Final = frozenset((Op.SUBMIT.value, Op.BATCH.value))


class EditedSimulator(ReferenceSimulator):
    """Changes what it answers to some calls: `edits` by the name of the `Op`."""

    edits: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}

    def answer(self, call: Call, now: Nanos) -> Reply:
        """Answer; an answer that is good is changed."""
        reply, edit = super().answer(call, now), self.edits.get(self.op_of(call))
        if edit is None or reply.status != 200:
            return reply
        return Reply(200, msgspec.json.encode(edit(msgspec.json.decode(reply.body))), reply.headers)


# ── what comes later ──


def _taken(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, **TAKEN}


def _all_taken(told: dict[str, Any]) -> dict[str, Any]:
    items = [{**each, "order": _taken(each["order"])} if "order" in each else each for each in told["results"]]
    return {"results": items}


class QueueingSimulator(EditedSimulator):
    """Answers an order before it matches it: what trades at once is told by the stream and by reads."""

    edits = {Op.SUBMIT.value: _taken, Op.BATCH.value: _all_taken}


@variant(QueueingSimulator)
class Asynchronous(ReferenceVenue):
    """An order is accepted at once, and what became of it is told later: by the stream, a query or the fills."""

    features = with_features({Feature.OUTCOME_AT_ONCE: absent("orders are matched after they are answered")})


# ── what never comes ──


class Ended(msgspec.Struct, frozen=True):
    """An answer to a cancel: the ids alone."""

    id: str
    client_id: str


class ShortCancelSimulator(EditedSimulator):
    """Answers a cancel with the ids alone."""

    edits = {Op.CANCEL.value: lambda told: {"id": told["id"], "client_id": told["client_id"]}}


@variant(ShortCancelSimulator)
class ShortCancels(ReferenceVenue):
    """A cancel tells nothing of what had traded, so that an amend is a cancel, a query and a new order."""

    capabilities = with_verbs({Op.AMEND: emulated("cancel, query, then submit", Mode.CANCEL_REPLACE)})

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        """Take one order off."""
        self._require(Op.CANCEL, order.instrument)
        response = yield self._caller.ask(endpoints.CANCEL.at(endpoints.name_of(order)), now)
        return read(response, Ended, lambda told: Cancelled(client_id=told.client_id, venue_id=told.id))

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        """Cancel, look at what had traded, and place what is left."""
        self._require(Op.AMEND, order.id.instrument)
        check_amend(order, to)
        check(msgspec.structs.replace(to, qty=Qty(to.qty - order.filled)))
        taken = yield from self.cancel(order.id, now)
        try:
            had = yield from self.query(order.id, now)
            if had.filled >= to.qty:
                return all_filled(order, taken, had.filled)
            placed = yield from self.submit(msgspec.structs.replace(to, qty=Qty(to.qty - had.filled)), now)
        except TradeError as error:
            raise after_cancel(error) from error
        return msgspec.structs.replace(placed, mode=Mode.CANCEL_REPLACE)


def _nameless(fills: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [{**fill, "client_id": ""} for fill in fills]


class NamelessSimulator(RespeltSimulator):
    """Tells trades by the venue's id of the order alone."""

    told: ClassVar[Spelling] = {"fills": _nameless, "fill": lambda fill: {**fill, "client_id": ""}}


@variant(NamelessSimulator)
class NamelessFills(ReferenceVenue):
    """A trade names its order by the venue's id alone, never by ours."""


class PricelessSimulator(RespeltSimulator):
    """Tells no average price."""

    told: ClassVar[Spelling] = {"paid": lambda _: "0", "settlements": lambda rows: rows}


def _priceless(report: OrderReport) -> OrderReport:
    return msgspec.structs.replace(report, avg_px=None)


class PricelessFeed(ReferenceAccountFeed):
    """Reads orders without an average price."""

    def receive(self, frame: Frame, now: Nanos) -> list[AccountEvent]:
        """Read one frame."""
        told = super().receive(frame, now)
        return [_priceless(each) if isinstance(each, OrderReport) else each for each in told]


@variant(PricelessSimulator)
class NoAverage(ReferenceVenue):
    """No report of an order has an average price: it follows from the trades alone."""

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        """Tell one order's state."""
        return _priceless((yield from super().query(order, now)))

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        """List the orders that rest."""
        return [_priceless(each) for each in (yield from super().open_orders(instrument, now))]

    def account_feed(self, instruments: Sequence[Instrument]) -> AccountFeed:
        """Make the account's stream."""
        return PricelessFeed(self._caller, self._urls["stream"])


# ── client ids ──


@variant()
class NoLookup(ReferenceVenue):
    """An order is named by the venue's id alone: one whose answer was lost is found in the lists."""

    features = with_features({Feature.FIND_BY_CLIENT_ID: absent("orders are asked for by the venue's id only")})

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        """Tell one order's state. Raises: Invalid without the venue's id."""
        return super().query(_numbered(order), now)

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        """Take one order off. Raises: Invalid without the venue's id."""
        return super().cancel(_numbered(order), now)


def _numbered(order: OrderId) -> OrderId:
    if not order.venue_id:
        raise Invalid(f"order {order.client_id!r} has no id of the venue yet: look for it in the lists", venue=VENUE)
    return order


class ForgetfulDesk(Desk):
    """Refuses an id only while an order of it rests."""

    def _check_new(self, client_id: str) -> None:
        if not CLIENT_ID.fullmatch(client_id):
            raise Denied("bad_request")
        if any(each.client_id == client_id for each in self.exchange.open_orders()):
            raise Denied("duplicate_client_id")


class ForgetfulSimulator(ReferenceSimulator):
    """Takes a client id again once its order is over."""

    desk_type = ForgetfulDesk

    def open_exchange(self) -> Exchange:
        """Make the exchange, with the rule changed."""
        exchange = super().open_exchange()
        exchange.rules = Rules()
        return exchange


@variant(ForgetfulSimulator)
class IdsAgain(ReferenceVenue):
    """A client id may be used again once its order is over: to send an order again may place it twice."""

    features = with_features({Feature.CLIENT_ID_ONCE: absent("an id is refused only while its order rests")})
