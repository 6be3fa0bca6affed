"""Variants of the terms: order types, times in force and flags that are missing, emulated, or kept in other ways."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from venuekit.capability import Feature, Mode, Op
from venuekit.errors import Unsupported
from venuekit.order import Accepted, NewOrder, OpenOrder, OrderType, TimeInForce
from venuekit.units import PX_SCALE, QTY_SCALE, Nanos, Px
from venuekit.venue import BatchItem
from venuekit.wire import Flow
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.orders import wanted
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.exchange.rules import Rules
from venuekit_testkit.simulate.reference.face import ReferenceSimulator
from venuekit_testkit.variants.variant import absent, emulated, variant, with_features


class Fewer(ReferenceVenue):
    """Checks terms against a table of its own before anything else."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        self.offer(order)
        return super().submit(order, now)

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        self.offer(to)
        return super().amend(order, to, now)

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        for order in orders:
            self.offer(order)
        return super().batch(orders, now)

    def offer(self, order: NewOrder) -> None:
        """Check what an order asks for. Raises: Unsupported."""
        self._require(Op.SUBMIT, order.instrument)
        for feature in wanted(order):
            if not self.features[order.instrument.kind][feature]:
                raise Unsupported(f"{order.instrument.symbol} has no {feature.value}", venue=VENUE)


@variant()
class NoMarketOrders(Fewer):
    """Every order has a price."""

    features = with_features({Feature.MARKET: absent("every order has a price")})


@variant()
class NoFok(Fewer):
    """No order is filled wholly or not at all."""

    features = with_features({Feature.FOK: absent("the venue fills what it can")})


@variant()
class NoIoc(Fewer):
    """No order ends by itself: neither IOC nor FOK, nor market orders, which are one."""

    features = with_features(dict.fromkeys((Feature.IOC, Feature.FOK, Feature.MARKET), absent("every order rests")))


@variant()
class NoPostOnly(Fewer):
    """An order that would take does."""

    features = with_features({Feature.POST_ONLY: absent("no order is refused for taking")})


@variant()
class NoReduceOnly(Fewer):
    """No order looks at the position: there is no flag to only reduce it."""

    features = with_features({Feature.REDUCE_ONLY: absent("an order does not look at the position")})


@variant()
class MarketByPrice(ReferenceVenue):
    """A market order is an IOC at the worst price that is worth the least notional."""

    features = with_features({Feature.MARKET: emulated("an IOC at the worst price of the grid", Mode.NATIVE)})

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        return super().submit(_priced(order), now)

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        return super().batch([_priced(order) for order in orders], now)


def _priced(order: NewOrder) -> NewOrder:
    if order.type is OrderType.LIMIT:
        return order
    grid = order.instrument
    least = Px(max(1, -(-grid.min_notional * QTY_SCALE // order.qty)))
    px = grid.floor_px(Px(PX_SCALE - 1)) if order.side.buys else grid.ceil_px(least)
    return msgspec.structs.replace(order, type=OrderType.LIMIT, px=px, tif=TimeInForce.IOC)


class KilledIsRefused(ReferenceSimulator):
    """Answers a FOK that cannot fill and an IOC that finds nothing with an error."""

    def open_exchange(self) -> Exchange:
        """Make the exchange, with the rules changed."""
        exchange = super().open_exchange()
        exchange.rules = Rules(id_once=True, fok_killed_is_refused=True, ioc_empty_is_refused=True)
        return exchange


@variant(KilledIsRefused)
class KilledIsError(ReferenceVenue):
    """What cannot fill at once is refused with an error: the reference venue takes it, and lets it expire."""


class PostOnlyIsTaken(ReferenceSimulator):
    """Takes a post-only order that would take, and cancels it at once."""

    def open_exchange(self) -> Exchange:
        """Make the exchange, with the rule changed."""
        exchange = super().open_exchange()
        exchange.rules = Rules(id_once=True, post_only_is_cancelled=True)
        return exchange


@variant(PostOnlyIsTaken)
class PostOnlyIsCancelled(ReferenceVenue):
    """A post-only order that would take is accepted and over at once: the reference venue refuses it."""
