"""Variants of what is counted: pages, budgets and fees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from venuekit.capability import Capability, Op, Support
from venuekit.credential import Credentials
from venuekit.instrument import Instrument
from venuekit.units import Nanos
from venuekit.venue import Venue
from venuekit.wire import Flow, Limit, Request
from venuekit_testkit.reference.caller import Caller
from venuekit_testkit.reference.endpoints import LIMITS, Endpoint, Params
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.reference.face import ReferenceSimulator, Route
from venuekit_testkit.simulate.reference.trading import Desk
from venuekit_testkit.variants.variant import absent, variant, with_verbs

LISTS = (Op.OPEN_ORDERS, Op.FILLS, Op.SETTLEMENTS)
Cost = Callable[[Request], tuple[tuple[str, int], ...]]


class SingleDesk(Desk):
    """Gives one row at once."""

    page = 1


class SingleSimulator(ReferenceSimulator):
    """Gives one row a page."""

    desk_type = SingleDesk


class LongDesk(Desk):
    """Gives a thousand rows at once."""

    page = 1000


class LongSimulator(ReferenceSimulator):
    """Gives a thousand rows a page."""

    desk_type = LongDesk


def _paged(rows: int) -> Mapping[Op, Capability]:
    return dict.fromkeys(LISTS, Capability(Support.NATIVE, "so many rows a page", limit=rows))


@variant(SingleSimulator)
class PagesOfOne(ReferenceVenue):
    """A list comes one row a page."""

    capabilities = with_verbs(_paged(1))


@variant(LongSimulator)
class PagesOfAThousand(ReferenceVenue):
    """A list comes a thousand rows a page."""

    capabilities = with_verbs(_paged(1000))


class PricedCaller(Caller):
    """Writes calls that cost what a function says."""

    def __init__(self, host: str, credentials: Credentials | None, cost: Cost) -> None:
        super().__init__(host, credentials)
        self.cost = cost

    def public(self, endpoint: Endpoint, params: Params = ()) -> Request:
        """Write a call that needs no key."""
        return self._price(super().public(endpoint, params))

    def ask(self, endpoint: Endpoint, now: Nanos, params: Params = ()) -> Request:
        """Write a signed call without a body."""
        return self._price(super().ask(endpoint, now, params))

    def tell(self, endpoint: Endpoint, now: Nanos, body: Any, items: int = 1) -> Request:
        """Write a signed call with a JSON body."""
        return self._price(super().tell(endpoint, now, body, items))

    def _price(self, request: Request) -> Request:
        return msgspec.structs.replace(request, cost=self.cost(request))


class Priced(ReferenceVenue):
    """Makes calls that cost what `cost` says."""

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(credentials, hosts)
        self._caller = PricedCaller(self._urls["rest"], credentials, self.cost)

    def cost(self, request: Request) -> tuple[tuple[str, int], ...]:
        """Tell what a call costs."""
        raise NotImplementedError


class OneBucketSimulator(ReferenceSimulator):
    """Counts every call as one."""

    def count(self, route: Route, call: Call) -> None:
        """Count what a call takes."""
        self.taken["weight"] += 1


@variant(OneBucketSimulator)
class OneBucket(Priced):
    """One budget pays for everything, reads and orders alike, and a batch costs as much as an order."""

    limits = (Limit("weight", 1200, 60.0),)

    def cost(self, request: Request) -> tuple[tuple[str, int], ...]:
        """Take one from the bucket."""
        return (("weight", 1),)


class TwoBucketSimulator(ReferenceSimulator):
    """Counts every call twice."""

    def count(self, route: Route, call: Call) -> None:
        """Count what a call takes."""
        self.taken.update(minute=5, second=1)


@variant(TwoBucketSimulator)
class TwoBuckets(Priced):
    """A call takes from two budgets at once: the minute's and the second's."""

    limits = (Limit("minute", 6000, 60.0), Limit("second", 300, 1.0))

    def cost(self, request: Request) -> tuple[tuple[str, int], ...]:
        """Take from both."""
        return (("minute", 5), ("second", 1))


class FreeSimulator(ReferenceSimulator):
    """Counts only what is signed."""

    def count(self, route: Route, call: Call) -> None:
        """Count what a call takes."""
        if route.private:
            super().count(route, call)


@variant(FreeSimulator)
class FreeReads(Priced):
    """What needs no key is not counted by the venue: such calls take from a bucket of the plugin's own."""

    limits = (*LIMITS, Limit("courtesy", 100, 10.0))

    def cost(self, request: Request) -> tuple[tuple[str, int], ...]:
        """Take from the bucket of the call where it is signed."""
        return request.cost if any(name == "x-sign" for name, _ in request.headers) else (("courtesy", 1),)


@variant()
class UnknownFees(ReferenceVenue):
    """Neither the list of markets nor any call tells what trading costs."""

    capabilities = with_verbs({Op.FEES: absent("the venue tells each trade's fee, and no rates")})
    fees = Venue.fees

    def instruments(self) -> Flow[Sequence[Instrument]]:
        """List every market, its fees unknown."""
        return [msgspec.structs.replace(each, fees=None) for each in (yield from super().instruments())]
