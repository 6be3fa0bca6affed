"""One adapter on the bench: laws ask it, answer it, and look at what it sent.

Built by `bench/build.py` for each law anew. What must stay true: nothing is carried from one law to the next; no socket
is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from venuekit.capability import Feature, Op
from venuekit.credential import Credentials
from venuekit.errors import TradeError
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.order import Accepted, Cancelled, NewOrder, OpenOrder, OrderId, OrderReport, OrderType
from venuekit.side import Side
from venuekit.units import QTY_SCALE, Nanos, Px, Qty
from venuekit.venue import Venue
from venuekit.wire import Flow
from venuekit_testkit.bench.cause import Groundless
from venuekit_testkit.bench.crowd import Crowd
from venuekit_testkit.bench.driver import Driver
from venuekit_testkit.bench.line import AccountLine, MarketLine
from venuekit_testkit.bench.profile import Profile
from venuekit_testkit.bench.truth import Truth
from venuekit_testkit.bench.world import SimulatedWorld, World
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.simulator import Simulator

T = TypeVar("T")
Build = Callable[[Credentials | None], Venue]

START: Final = Nanos(1_795_000_000_000_000_000)  # 2026-11-18, so that what is signed has a date of today's rules
LISTED: Final = "IN-100"  # the law that asks for the list of markets, without which little can be tried


class Bench(Driver):
    """An adapter with what its plugin says of itself, what it trades, and the strings of its world."""

    def __init__(
        self,
        build: Build,
        world: World,
        profile: Profile,
        keys: Credentials,
        ids: str = "vk",
        start: int = START,
        clock: Callable[[], int] | None = None,
        package: str = "",
    ) -> None:
        super().__init__(build(keys), world, start, clock)
        self.build, self.profile, self.keys, self.ids = build, profile, keys, ids
        self.package = package  # of the plugin: where its manifest and its code lie
        self._id = 0
        self._listed: list[Instrument] | None = None
        self._qty: Qty | None = None  # as the first that asked found the market
        self.make_simulator: Callable[[], Simulator] | None = None
        self.cassettes: Path | None = None

    # ── the world ──

    @property
    def simulator(self) -> Simulator:
        """The simulator. Only laws of the setting EXCHANGE may ask."""
        assert isinstance(self.world, SimulatedWorld), "this law needs a simulator"
        return self.world.simulator

    @property
    def exchange(self) -> Exchange:
        """The exchange behind the simulator."""
        return self.simulator.exchange

    @property
    def truth(self) -> Truth:
        """What the exchange has of us, in our units."""
        return Truth(self.simulator)

    @property
    def crowd(self) -> Crowd:
        """The rest of the market, by hand."""
        return Crowd(self.exchange, self.now)

    def again(self) -> Bench:
        """Make a bench of the same adapter on which nothing has happened yet, for laws that try many runs."""
        fresh = Bench(self.build, SimulatedWorld(type(self.simulator)()), self.profile, self.keys, self.ids)
        fresh._listed = self.instruments
        return fresh

    # ── asking ──

    def submit(self, order: NewOrder) -> Accepted:
        """Place an order through the adapter. Raises: what the adapter raises."""
        return self.run(self.venue.submit(order, self.now()))

    def fate(self, order: NewOrder, told: Accepted) -> Accepted | OrderReport:
        """Give what tells what became of an order: its answer, or a query where the venue answers before it knows."""
        if self.offers(Feature.OUTCOME_AT_ONCE) or not self.supports(Op.QUERY):
            return told
        return self.query(OrderId(order.instrument, order.client_id, told.venue_id))

    def cancel(self, order: OrderId) -> Cancelled:
        """Take an order off through the adapter. Raises: what the adapter raises."""
        return self.run(self.venue.cancel(order, self.now()))

    def query(self, order: OrderId) -> OrderReport:
        """Ask the adapter for an order. Raises: what the adapter raises."""
        return self.run(self.venue.query(order, self.now()))

    def fills(self, since: Nanos = START) -> Sequence[Fill]:
        """Ask the adapter for our trades of the instrument that is traded."""
        return self.run(self.venue.fills(self.instrument, since, self.now()))

    def struck(self, flow: Flow[T], fault: Fault, at: int = 0) -> T | TradeError:
        """Run a flow whose request number `at` a fault strikes; give what it gives or the error that it raises."""
        return self._outcome_when(flow, at, lambda: self.simulator.faults.plan(fault))

    # ── what is traded ──

    @property
    def instruments(self) -> list[Instrument]:
        """What the venue lists, asked once."""
        if self._listed is None:
            self._listed = self._list()
        return self._listed

    def _list(self) -> list[Instrument]:
        try:
            return list(self.run(self.venue.instruments()))
        except Exception as error:
            told = f"the list of markets does not come: {type(error).__name__}: {error}"
            raise Groundless(f"{told} ({self.sent[-1]!r})" if self.sent else told, LISTED) from error

    @property
    def instrument(self) -> Instrument:
        """The one that laws trade."""
        wanted = self.profile.trade.symbol
        found = [each for each in self.instruments if each.symbol == wanted]
        if not found:
            some = ", ".join(each.symbol for each in self.instruments[:5]) or "nothing"
            raise Groundless(f"conformance.toml names {wanted}, and {self.venue.id} lists {some}", LISTED)
        return found[0]

    @property
    def qty(self) -> Qty:
        """The usual size of an order: some smallest ones, in lots, worth the smallest notional at least."""
        if self._qty is None:
            self._qty = self._usual()
        return self._qty

    def _usual(self) -> Qty:
        traded = self.instrument
        least: int = max(traded.min_qty, traded.lot)
        if traded.min_notional:
            px = self.px_away(Side.BUY)
            least = max(least, -(-traded.min_notional * QTY_SCALE // px))
        size = least * self.profile.trade.size
        return Qty(-(-size // traded.lot) * traded.lot)

    def px_away(self, side: Side) -> Px:
        """Give a price that rests: a tick worse than the best of its own side."""
        traded, (bid, ask) = self.instrument, self.touch()
        return traded.floor_px(Px(bid - 1)) if side is Side.BUY else traded.ceil_px(Px(ask + 1))

    def px_through(self, side: Side) -> Px:
        """Give a price that takes the best of the other side and no more."""
        bid, ask = self.touch()
        return ask if side is Side.BUY else bid

    def touch(self) -> tuple[Px, Px]:
        """Give the best bid and ask, as the venue's own book tells them."""
        book = self.run(self.venue.book(self.instrument, 5))
        return max(px for px, _ in book.bids), min(px for px, _ in book.asks)

    def order(self, side: Side = Side.BUY, px: Px | None = None, qty: Qty | None = None, **terms: Any) -> NewOrder:
        """Make an order with a client id of its own; without a price it rests."""
        if px is None and terms.get("type") is not OrderType.MARKET:
            px = self.px_away(side)
        return NewOrder(
            client_id=self.client_id(), instrument=self.instrument, side=side, qty=qty or self.qty, px=px, **terms
        )

    def client_id(self) -> str:
        """Make a client id that was not used."""
        self._id += 1
        return f"{self.ids}-{self._id:08d}"

    def rest(self, side: Side = Side.BUY) -> OpenOrder:
        """Place an order that rests; give it."""
        order = self.order(side)
        accepted = self.run(self.venue.submit(order, self.now()))
        return OpenOrder(OrderId(order.instrument, order.client_id, accepted.venue_id), order, accepted.filled)

    # ── streams ──

    def market_line(self, *instruments: Instrument) -> MarketLine:
        """Make the feed's line, not open yet."""
        return MarketLine(self.venue.feed(instruments or (self.instrument,)), self.world, self.now, self.wait)

    def account_line(self, *instruments: Instrument) -> AccountLine:
        """Make the line of the account's stream, not open yet."""
        return AccountLine(self.venue.account_feed(instruments or (self.instrument,)), self.world, self.now, self.wait)
