"""What the exchange has of us, in our units: what laws hold an adapter's words against.

Used by laws. What must stay true: it reads the exchange itself and never asks the adapter, and money is converted
exactly; a fee stays a `Decimal`, because each venue rounds it its own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from venuekit.fill import Fill
from venuekit.side import Side
from venuekit.units import Px, Qty, Usd, parse_px, parse_qty
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.exchange.order import Execution, Order
from venuekit_testkit.simulate.simulator import Simulator

FEE_STEP: Final = Decimal("0.00000001")  # the finest that venues round a fee to


class Trade(msgspec.Struct, frozen=True):
    """One execution of ours, as the exchange counts it."""

    px: Px
    qty: Qty
    fee: Decimal
    fee_asset: str
    is_maker: bool

    def is_told_by(self, fill: Fill) -> bool:
        """Tell whether a fill says what this is; its fee may be off by a step of rounding."""
        told = Decimal(fill.fee).scaleb(-9)
        same = (self.px, self.qty, self.fee_asset) == (fill.px, fill.qty, fill.fee_asset)
        return same and abs(told - self.fee) <= FEE_STEP


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """One order as the exchange has it. `number` is its own, `place` its place in the queue: less is earlier."""

    number: int
    client_id: str
    symbol: str
    side: Side
    px: Px | None
    qty: Qty
    filled: Qty
    tif: str
    post_only: bool
    reduce_only: bool
    is_live: bool
    place: int
    trades: tuple[Trade, ...]

    @property
    def left(self) -> Qty:
        """What has not traded."""
        return Qty(self.qty - self.filled)

    @property
    def paid(self) -> Usd:
        """What traded, in the quote asset, rounded half up."""
        return Usd((sum(trade.px * trade.qty for trade in self.trades) + 10**8 // 2) // 10**8)


class Truth:
    """The exchange's own account of our orders."""

    def __init__(self, simulator: Simulator) -> None:
        self._exchange, self._called = simulator.exchange, simulator.called

    @property
    def orders(self) -> Sequence[Known]:
        """List every order that we ever had, oldest first."""
        return [self._known(each) for each in self._exchange.mine()]

    @property
    def resting(self) -> Sequence[Known]:
        """List what rests of ours, oldest first."""
        return [self._known(each) for each in self._exchange.open_orders()]

    def of(self, client_id: str) -> Known:
        """Give the newest order of a client id. Raises: AssertionError where there is none."""
        found = [each for each in self.orders if each.client_id == client_id]
        assert found, f"no order of the client id {client_id!r} is at the exchange"
        return found[-1]

    def holding(self, asset: str) -> tuple[Decimal, Decimal]:
        """Tell what is free and what is locked of an asset, by the venue's name for it."""
        assets = self._exchange.accounts[ME].assets
        held = [each for name, each in assets.items() if self._called(name) == asset]
        return sum((each.free for each in held), Decimal(0)), sum((each.locked for each in held), Decimal(0))

    def held(self, symbol: str) -> Sequence[str]:
        """List what we have of the assets of a market, by the venue's names for them."""
        market, assets = self._exchange.markets[symbol], self._exchange.accounts[ME].assets
        return sorted({self._called(name) for name in (market.base, market.quote) if assets[name].total})

    def position(self, symbol: str) -> Qty:
        """Tell how many contracts of a market we hold, negative when short."""
        return parse_qty(str(self._exchange.accounts[ME].positions[symbol]))

    def _known(self, order: Order) -> Known:
        return Known(
            number=order.id,
            client_id=order.client_id,
            symbol=order.symbol,
            side=Side(order.side),
            px=None if order.px is None else parse_px(str(order.px)),
            qty=parse_qty(str(order.qty)),
            filled=parse_qty(str(order.filled)),
            tif=order.tif,
            post_only=order.post_only,
            reduce_only=order.reduce_only,
            is_live=order.is_live,
            place=order.place,
            trades=tuple(self._trade(each) for each in order.executions),
        )

    def _trade(self, one: Execution) -> Trade:
        return Trade(parse_px(str(one.px)), parse_qty(str(one.qty)), one.fee, self._called(one.fee_asset), one.is_maker)
