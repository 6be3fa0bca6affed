"""Every client's holdings, kept in memory and rebuilt from the store.

Fills move them, open orders lock them. On paper an asset is opened with play money when it is first touched: one
billion of each quote asset, and inventory worth ten million of each base asset, at every venue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from venuekit.fill import Fill
from venuekit.instrument import Instrument, Kind
from venuekit.order import Balance
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, PX_SCALE, QTY_SCALE, RATE_SCALE, Nanos, Px, Qty, Usd, notional
from venuekit_engine.ledger.holding import DOLLAR, DOLLARS, MOST, Holding
from venuekit_engine.store.rows import PositionRow

PAPER_CASH: Final = Qty(1_000_000_000 * QTY_SCALE)
PAPER_MOST: Final = Qty(1_000_000_000 * QTY_SCALE)  # units of one base asset, so that a cheap one still fits 64 bits
PAPER_WORTH: Final = Usd(10_000_000 * PX_SCALE)
FRESH_NS: Final = 60 * NANOS_PER_S  # how long a venue's word on what a live account holds may be counted on
_PER_QTY: Final = PX_SCALE // QTY_SCALE  # money × 10⁹ to a quantity × 10⁸

Side_ = tuple[str, bool]  # whose: (client, sandbox)
Place = tuple[str, bool, str, str]  # (client, sandbox, venue, asset)


class Prices(Protocol):
    """What the ledger needs of the market."""

    def mid_usd(self, asset: str, now: Nanos) -> Px | None: ...


class Ledger:
    """Holdings by client, side of the paper wall, venue and asset. `play` opens paper accounts for live keys too."""

    def __init__(self, prices: Prices, *, play: bool) -> None:
        self._prices, self._play = prices, play
        self._books: dict[Side_, dict[tuple[str, str], Holding]] = {}
        self._locks: dict[str, tuple[Holding, Qty, Place | None, int]] = {}
        self._coming: dict[Place, int] = {}  # what open orders may still bring in
        self._restated: dict[
            tuple[str, str], Nanos
        ] = {}  # (client, venue): when a venue told what a live account holds
        self._count = 0

    def load(self, rows: Iterable[PositionRow]) -> None:
        """Take what the store holds; for a start."""
        for row in rows:
            self._count += 1
            self._books.setdefault((row.client_id, row.sandbox), {})[row.venue, row.asset] = Holding.of(
                self._count, row
            )

    def holding(self, client_id: str, sandbox: bool, venue: str, asset: str, now: Nanos) -> Holding:
        """Give a holding; open it when it is new."""
        book = self._books.get((client_id, sandbox))
        if book is None:
            book = self._books[client_id, sandbox] = {}
        holding = book.get((venue, asset))
        if holding is None:
            self._count += 1
            holding = book[venue, asset] = Holding(self._count, client_id, sandbox, venue, asset)
        if not holding.updated and self.is_paper(sandbox):
            self._fund(holding, now)
        return holding

    def is_paper(self, sandbox: bool) -> bool:
        """Tell whether one side of the wall is play money."""
        return sandbox or self._play

    def holdings(self, client_id: str, sandbox: bool) -> Iterator[Holding]:
        """List a client's holdings on one side of the paper wall."""
        return iter(tuple(self._books.get((client_id, sandbox), {}).values()))

    def lock(self, leg: str, holding: Holding, amount: Qty, into: str = "", coming: int = 0) -> None:
        """Set how much an open order holds back, and how much of which asset it may bring in; 0 lets go."""
        self.release(leg)
        if amount > 0:
            place = (holding.client_id, holding.sandbox, holding.venue, into) if into else None
            self._locks[leg] = (holding, amount, place, coming)
            holding.locked = Qty(holding.locked + amount)
            if place is not None:
                self._coming[place] = self._coming.get(place, 0) + coming

    def release(self, leg: str) -> None:
        """Let go of what an order holds back."""
        held = self._locks.pop(leg, None)
        if held is None:
            return
        holding, amount, place, coming = held
        # Not below 0: a venue that told what is locked may have told it without this order.
        holding.locked = Qty(max(0, holding.locked - amount))
        if place is not None:
            left = self._coming.pop(place) - coming
            if left:
                self._coming[place] = left

    def fits(self, place: Place, more: int) -> bool:
        """Tell whether a holding stays within 64 bits when every open order fills, and `more` comes in."""
        client_id, sandbox, venue, asset = place
        holding = self._books.get((client_id, sandbox), {}).get((venue, asset))
        held = holding.qty if holding is not None and holding.updated else PAPER_MOST
        return held + self._coming.get(place, 0) + more <= MOST

    def restate(self, client_id: str, venue: str, balances: Sequence[Balance], now: Nanos) -> list[Holding]:
        """Make a live account what its venue told at `now`; give the holdings that changed. What is not told is 0."""
        told = {each.asset: each for each in balances}
        had = [holding.asset for holding in self.holdings(client_id, False) if holding.venue == venue]
        changed: list[Holding] = []
        for asset in dict.fromkeys((*told, *had)):
            holding, each = self.holding(client_id, False, venue, asset, now), told.get(asset, Balance(asset, Qty(0)))
            if holding.restate(Qty(each.free + each.locked), each.locked, self.usd(asset, now), now):
                changed.append(holding)
        self._restated[client_id, venue] = now
        return changed

    def free(self, client_id: str, sandbox: bool, venue: str, asset: str, now: Nanos) -> Qty | None:
        """Tell what can be spent; None where a live account was not heard of lately."""
        if not self.is_paper(sandbox):
            told = self._restated.get((client_id, venue))
            if told is None or abs(now - told) >= FRESH_NS:  # a clock that was set back makes nothing fresh
                return None
        return self.holding(client_id, sandbox, venue, asset, now).free

    def settle(
        self, client_id: str, sandbox: bool, instrument: Instrument, fill: Fill, now: Nanos
    ) -> tuple[list[Holding], Usd]:
        """Book a fill of a spot trade; give the holdings that moved and the fee in dollars."""
        if instrument.kind is not Kind.SPOT:
            raise ValueError(f"{instrument.kind.value} positions are not kept yet: {instrument.symbol}")
        venue = instrument.venue
        base = self.holding(client_id, sandbox, venue, instrument.base, now)
        quote = self.holding(client_id, sandbox, venue, instrument.quote, now)
        quote_usd = self.usd(instrument.quote, now) or DOLLAR
        px_usd = Px(fill.px * quote_usd // PX_SCALE)
        value = Qty(notional(fill.px, fill.qty) // _PER_QTY)
        sign = fill.side.sign
        base.move(sign * fill.qty, px_usd, now)
        quote.move(-sign * value, quote_usd, now)
        fee_usd = Usd(fill.fee * (self.usd(fill.fee_asset, now) or quote_usd) // PX_SCALE)
        payer = self.holding(client_id, sandbox, venue, fill.fee_asset, now)
        payer.charge(Qty(fill.fee // _PER_QTY), fee_usd, now)
        moved = [base, quote] if payer in (base, quote) else [base, quote, payer]
        return moved, fee_usd

    def usd(self, asset: str, now: Nanos) -> Px | None:
        """Price an asset in dollars; None while nobody quotes it."""
        return DOLLAR if asset in DOLLARS else self._prices.mid_usd(asset, now)

    def _fund(self, holding: Holding, now: Nanos) -> None:
        if holding.is_cash:
            holding.qty, holding.updated = PAPER_CASH, now
        elif px := self.usd(holding.asset, now):
            holding.qty = Qty(min(PAPER_MOST, PAPER_WORTH * QTY_SCALE // px))
            holding.entry, holding.updated = px, now
        # An asset that nobody prices stays unopened, and is funded when it is touched and has a price.


def spent(side: Side, instrument: Instrument) -> str:
    """Name the asset that an order of this side gives away."""
    return instrument.quote if side.buys else instrument.base


def received(side: Side, instrument: Instrument) -> str:
    """Name the asset that an order of this side brings in."""
    return instrument.base if side.buys else instrument.quote


def brought(side: Side, qty: Qty, px: Px) -> Qty:
    """Tell how much of it, before fees, rounded up."""
    return qty if side.buys else Qty(-(-px * qty // (QTY_SCALE * _PER_QTY)))


def needed(side: Side, qty: Qty, px: Px, taker_1e8: int) -> Qty:
    """Tell how much of it, fee included, rounded up."""
    if not side.buys:
        return qty
    return Qty(-(-px * qty * (RATE_SCALE + taker_1e8) // (QTY_SCALE * RATE_SCALE * _PER_QTY)))
