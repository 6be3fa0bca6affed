"""A Binance at hand: the testkit's simulator on this machine with a small book, and a test's hands in it.

Used by tests of the engine and of the plugin over real HTTP and sockets. What must stay true: nothing here knows how
the venue writes; that is the simulator's.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from tests.live.fault import Trick
from venuekit.units import Nanos
from venuekit_testkit.simulate.binance.coins import Coin, Level
from venuekit_testkit.simulate.binance.endpoints import ENDPOINTS
from venuekit_testkit.simulate.binance.events import account_position, execution_report
from venuekit_testkit.simulate.binance.face import API, WS_API, BinanceSimulator
from venuekit_testkit.simulate.binance.keys import KEYS
from venuekit_testkit.simulate.binance.market import last_id
from venuekit_testkit.simulate.binance.requests import RequestSession
from venuekit_testkit.simulate.binance.signature import split_signature
from venuekit_testkit.simulate.binance.streams import MarketSession
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.exchange.account import Account
from venuekit_testkit.simulate.exchange.events import Event, OrderChanged
from venuekit_testkit.simulate.exchange.exchange import CROWD, ME
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.server import Server
from venuekit_testkit.simulate.session import Session

KEY: Final = KEYS["HMAC"]["api_key"]
SECRET: Final = KEYS["HMAC"]["api_secret"]
BIDS: Final[tuple[Level, ...]] = (("99.50", "2.0"), ("99.00", "1.0"))
ASKS: Final[tuple[Level, ...]] = (("100.50", "1.5"), ("101.00", "3.0"))
SUBSCRIBED: Final = "userDataStream.subscribe.signature"


class SmallBinance(BinanceSimulator):
    """Two coins at a hundred. `streams_on` and `private_on` off refuse sockets; `reports` are the account's events."""

    coins = tuple(Coin(name, "0.01", "0.00001", BIDS, ASKS) for name in ("BTC", "ETH"))
    money = {"USDT": "100000", "BTC": "10", "ETH": "50"}

    def __init__(self) -> None:
        super().__init__()
        self.streams_on, self.private_on = True, False
        self.reports: list[dict[str, Any]] = []
        self.stream_keys = self.account
        self.exchange.heard.append(self._keep)

    def open_session(self, call: Call, now: Nanos) -> Session | Reply:
        """Take a socket, unless they are off."""
        is_private = call.path == WS_API
        if not (self.private_on if is_private else self.streams_on):
            return self.broken(call)
        return RequestSession(self, self.stream_keys) if is_private else super().open_session(call, now)

    def _keep(self, event: Event) -> None:
        if isinstance(event, OrderChanged) and event.order.account == ME:
            self.reports.append(execution_report(self, event))


class BinanceAtHand(Server):
    """The small Binance on loopback. `asked` counts calls as "POST order", and snapshots as "depth BTCUSDT" as well.

    `on_order` is called when a submission arrives, before anything is done with it; `always` are tricks that are played
    until the test takes them out; `streams` are what each market socket asked for in its URL.
    """

    def __init__(self, now: Callable[[], int] = time.time_ns) -> None:
        self.venue = SmallBinance()
        super().__init__(self.venue, now=now)
        self.asked: Counter[str] = Counter()
        self.signatures: list[str] = []
        self.on_order: Callable[[str], None] = lambda client_id: None
        self.always: dict[str, Trick] = {}
        self._tricks: dict[str, deque[Trick]] = defaultdict(deque)

    # ── what it has ──

    @property
    def hosts(self) -> dict[str, dict[str, str]]:
        """What a source is given to talk to us."""
        return {"binance": self.urls}

    @property
    def orders(self) -> list[Order]:
        """Every order of ours that was ever taken."""
        return self.venue.exchange.mine()

    @property
    def account(self) -> Account:
        """What we hold."""
        return self.venue.exchange.accounts[ME]

    @property
    def submissions(self) -> int:
        """How many orders were sent to us, whatever became of them."""
        return self.asked["POST order"]

    @property
    def seq(self) -> int:
        """The number of the last change of the book of BTCUSDT."""
        return last_id(self.venue.exchange.books["BTCUSDT"].seq)

    @property
    def listeners(self) -> int:
        """How many sockets are subscribed to the account."""
        return sum(bool(each.subscriptions) for each in self._private)

    @property
    def subscriptions(self) -> int:
        """How often a subscription to the account was asked for."""
        return self.venue.asked[SUBSCRIBED]

    # ── what goes wrong ──

    def spoil(self, call: str, *how: Fault | Trick) -> None:
        """Let the next calls of a kind, such as "POST order", go wrong, one each."""
        for each in how:
            if isinstance(each, Fault):
                method, _, path = call.partition(" ")
                self.venue.faults.plan(each, ENDPOINTS[method, path].op)
            else:
                self._tricks[call].append(each)

    async def serve(self, call: Call) -> Reply | None:
        """Count a call, play the trick that is due, or let the simulator answer."""
        name = self._count(call)
        tricks = self._tricks[name]
        trick = tricks.popleft() if tricks else self.always.get(name)
        return await trick(lambda: self.venue.handle(call, self.now())) if trick else await super().serve(call)

    def _count(self, call: Call) -> str:
        name = f"{call.method} {call.path.removeprefix(API)}"
        self.asked[name] += 1
        if name == "GET depth":
            self.asked[f"depth {call.params['symbol']}"] += 1
        if proof := split_signature(call.query, call.body.decode())[1]:
            self.signatures.append(proof)
        if name == "POST order":
            self.on_order(call.params["newClientOrderId"])
        return name

    # ── the market, by hand ──

    def change(self, symbol: str, bids: Sequence[Level], asks: Sequence[Level], skip: int = 0) -> None:
        """Let the crowd's levels be so; `skip` changes before that are lost on the way."""
        with self.venue.exchange.at(self.now()):
            for _ in range(skip):
                self.venue.faults.plan(Fault.GAP, "book", len(self._market))
                self.venue.exchange.stir(symbol)
            levels = [("buy", Decimal(px), Decimal(qty)) for px, qty in bids]
            levels += [("sell", Decimal(px), Decimal(qty)) for px, qty in asks]
            for level in sorted(levels, key=lambda each: each[2]):  # what goes, goes first
                self._set_level(symbol, *level)

    def stir(self) -> None:
        """Change the book of BTCUSDT a little, far from its top."""
        with self.venue.exchange.at(self.now()):
            self.venue.exchange.stir("BTCUSDT")

    def take(self, symbol: str, px: str, qty: str) -> None:
        """Let somebody buy."""
        with self.venue.exchange.at(self.now()):
            self.venue.exchange.place(symbol, "buy", Decimal(qty), Decimal(px), account=CROWD, tif="IOC")

    def fill(self, order: Order, qty: str) -> Order:
        """Let somebody take a resting order, or a part of it, at its price."""
        with self.venue.exchange.at(self.now()):
            self.venue.exchange.fill(order, Decimal(qty))
        return order

    def fill_unheard(self, order: Order, qty: str) -> None:
        """Let somebody take a part of a resting order, and lose what streams tell of it."""
        for kind in ("fill", "balance"):
            self.venue.faults.plan(Fault.GAP, kind, self.listeners)
        self.fill(order, qty)

    def cancel(self, order: Order) -> None:
        """Let somebody with our keys cancel an order."""
        with self.venue.exchange.at(self.now()):
            self.venue.exchange.cancel(order)

    def shrink(self, order: Order, qty: Decimal, name: str) -> None:
        """Let somebody with our keys make a resting order smaller, which gives it another name."""
        order.facts.setdefault("ours", order.client_id)
        order.facts["was"] = order.client_id
        assert order.px is not None
        with self.venue.exchange.at(self.now()):
            self.venue.exchange.amend(order, order.px, qty, name)

    def _set_level(self, symbol: str, side: str, px: Decimal, qty: Decimal) -> None:
        exchange = self.venue.exchange
        for order in exchange.books[symbol].ranked(side):
            if order.px == px and order.account == CROWD:
                exchange.cancel(order)
        if qty:
            exchange.place(symbol, side, qty, px, account=CROWD)

    # ── sockets ──

    @property
    def streams(self) -> list[list[str]]:
        """What each market socket listens to now."""
        return [list(each.streams) for each in self._market]

    def tell(self, event: dict[str, Any]) -> None:
        """Tell an event to every subscriber of the account."""
        for each in self._private:
            each.tell(event)

    def tell_balances(self) -> None:
        """Tell what is held."""
        self.tell(account_position(self.venue, "BTCUSDT"))

    def hang_up_markets(self) -> None:
        """Close every market socket."""
        for each in self._market:
            each.hang_up()

    def hang_up_account(self) -> None:
        """Close every socket of the account."""
        for each in self._private:
            each.hang_up()

    @property
    def _market(self) -> list[MarketSession]:
        return [each for each in self.venue.sessions if isinstance(each, MarketSession) and each.closed is None]

    @property
    def _private(self) -> list[RequestSession]:
        return [each for each in self.venue.sessions if isinstance(each, RequestSession) and each.closed is None]
