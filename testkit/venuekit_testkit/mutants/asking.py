"""Mutants that ask the venue for something else than they were asked."""

from __future__ import annotations

from typing import Any

import msgspec

from venuekit.instrument import Instrument
from venuekit.order import Accepted, NewOrder, OrderType, TimeInForce
from venuekit.units import QTY_SCALE, Nanos, Px, Qty, notional
from venuekit.wire import Flow
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.venue import ReferenceVenue


class Changes(ReferenceVenue):
    """Changes an order before it is written."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        """Give the terms to change."""
        raise NotImplementedError

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        changed = msgspec.structs.replace(order, **self.change(order))
        told = yield from super().submit(changed, now)
        fills = tuple(msgspec.structs.replace(fill, client_id=order.client_id) for fill in told.fills)
        return msgspec.structs.replace(told, client_id=order.client_id, fills=fills)


@mutant("EX-020", "https://github.com/nautechsystems/nautilus_trader/issues/3126")
class SwapsBuyAndSell(Changes):
    """Buys where it should sell."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"side": order.side.opposite}


@mutant("EX-020", "https://github.com/nautechsystems/nautilus_trader/issues/2984")
class SendsQuoteUnits(Changes):
    """Sends what the order is worth as its quantity."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        worth = notional(order.px, order.qty) // 10 if order.px else order.qty
        return {"qty": Qty(max(order.instrument.min_qty, worth - worth % order.instrument.lot))}


@mutant("IN-200", "https://github.com/hyperliquid-dex/hyperliquid-python-sdk/issues/179")
class PriceThroughAFloat(Changes):
    """Cuts a price to ticks in floating point, where 0.57 is 56 cents."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        tick = order.instrument.tick
        return {"px": None if order.px is None else Px(int(order.px / 10**9 / (tick / 10**9)) * tick)}


@mutant("IN-210")
class QuantityOfSixDigits(Changes):
    """Writes a quantity with the three digits that a float prints."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"qty": Qty(int(float(f"{order.qty / QTY_SCALE:.3g}") * QTY_SCALE))}


@mutant("EX-160")
class IgnoresTimeInForce(Changes):
    """Sends every order as GTC, so that what should be over rests."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"tif": TimeInForce.GTC}


@mutant("EX-190")
class FillOrKillIsImmediate(Changes):
    """Sends fill-or-kill as immediate-or-cancel, so that a part of it trades."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"tif": TimeInForce.IOC if order.tif is TimeInForce.FOK else order.tif}


@mutant("EX-210")
class DropsPostOnly(Changes):
    """Does not send post-only, so that the order takes and pays for it."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"post_only": False}


@mutant("EX-220")
class IgnoresReduceOnly(Changes):
    """Does not send reduce-only, so that a close opens the other side."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"reduce_only": False}


@mutant("EX-140")
class MarketIsALimit(Changes):
    """Sends a market order as a limit order at a price that it thought of."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        rules = order.instrument
        return {} if order.type is OrderType.LIMIT else {"type": OrderType.LIMIT, "px": Px(rules.tick * 40)}


@mutant("EX-020")
class NamesOrdersItself(Changes):
    """Sends an id of its own in the place of the client's, so that a lost order cannot be found."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"client_id": f"own-{order.client_id}"}


@mutant("EX-100")
class ForgetsToName(Changes):
    """Gives every order of the same terms the same id."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"client_id": f"{order.side.value}-{order.qty}-{order.px}"}


@mutant("EX-990")
class CutsClientIds(Changes):
    """Cuts a client id that is too long, so that two orders may have one."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"client_id": order.client_id[:36]}


@mutant("EX-940", "https://github.com/richkuo/go-trader/issues/105")
class RoundsQuantities(Changes):
    """Rounds a quantity off the grid in silence, where the caller has to decide."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"qty": Qty(max(order.qty - order.qty % order.instrument.lot, order.instrument.min_qty))}


@mutant("EX-930", "https://github.com/nautechsystems/nautilus_trader/issues/3612")
class RoundsPrices(Changes):
    """Rounds a price off the grid in silence, where the caller has to decide."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"px": None if order.px is None else order.instrument.floor_px(order.px)}


class Loosens(Changes):
    """Takes rules out of an order's instrument before they are checked."""

    def loosen(self, rules: Instrument) -> dict[str, Any]:
        """Give the rules to change."""
        raise NotImplementedError

    def change(self, order: NewOrder) -> dict[str, Any]:
        rules = order.instrument
        return {"instrument": msgspec.structs.replace(rules, **self.loosen(rules))}


@mutant("IN-250")
class IgnoresTheSmallestNotional(Loosens):
    """Sends orders that are worth too little."""

    def loosen(self, rules: Instrument) -> dict[str, Any]:
        return {"min_notional": 0}


@mutant("EX-950")
class IgnoresLimitsOfQuantity(Loosens):
    """Sends orders that are too small or too large."""

    def loosen(self, rules: Instrument) -> dict[str, Any]:
        return {"min_qty": 0, "max_qty": 0}


@mutant("EX-955")
class TradesWhatCannotBeTraded(Loosens):
    """Sends orders for a market that is listed as untradable."""

    def loosen(self, rules: Instrument) -> dict[str, Any]:
        return {"untradable": ""}


@mutant("EX-060")
class CallsOrdersTwice(ReferenceVenue):
    """Sends each order twice, to be sure."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().submit(order, now)
        again = msgspec.structs.replace(order, client_id=f"{order.client_id}-b")
        yield from super().submit(again, now)
        return told
