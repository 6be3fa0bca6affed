"""The strings of a simulator that runs in another process: plan faults, fill orders, close sockets, look inside.

Used by `server.py`. Everything is JSON; what cannot be done is said in one sentence with status 400. What must stay
true: these paths are no venue's, and nothing here is reachable but over loopback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

import msgspec

from venuekit.capability import Op
from venuekit.units import NANOS_PER_MS, Nanos
from venuekit_testkit.simulate.call import Call, Reply, reply_json
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.exchange.rules import Rejected
from venuekit_testkit.simulate.fault import ANY, FRAMES, Fault
from venuekit_testkit.simulate.simulator import Simulator

PREFIX: Final = "/_simulator/"


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault by its value, what it strikes, and how often."""

    fault: str
    on: str = ANY
    times: int = 1


class Fill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A resting order by one of its ids, and how much of it trades; all that is left without `qty`."""

    client_id: str = ""
    order_id: int = 0
    qty: Decimal | None = None


class Stir(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A market by the venue's symbol."""

    symbol: str


class Resolve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a market ends, and what one contract pays."""

    symbol: str
    result: str
    pays: Decimal


class Skew(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the venue's clock runs ahead of the caller's."""

    ms: int


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No arguments."""


class Wrong(Exception):
    """What was asked cannot be done, in one sentence."""


class Control:
    """Answers what tests ask for. Each call changes the simulator as if it were done by hand."""

    def __init__(self, simulator: Simulator, now: Callable[[], Nanos]) -> None:
        self.simulator, self._now = simulator, now
        self._works: dict[str, tuple[type[msgspec.Struct], Callable[[Any], Any]]] = {
            "faults": (Plan, self._plan),
            "fill": (Fill, self._fill),
            "stir": (Stir, self._stir),
            "resolve": (Resolve, self._resolve),
            "hang_up": (Nothing, lambda _: simulator.hang_up()),
            "restart": (Nothing, lambda _: simulator.restart()),
            "skew": (Skew, self._skew),
        }

    def answer(self, call: Call) -> Reply:
        """Do what is asked, or say why not."""
        try:
            return reply_json(self._do(call))
        except (Wrong, msgspec.DecodeError) as error:
            return reply_json({"error": str(error)}, 400)
        except Rejected as error:
            return reply_json({"error": f"the exchange refuses: {error.why.value}"}, 400)

    def _do(self, call: Call) -> Any:
        name = call.path.removeprefix(PREFIX)
        if (call.method, name) == ("GET", "state"):
            return self._state()
        if call.method != "POST" or name not in self._works:
            posts = ", ".join(sorted(self._works))
            raise Wrong(f"expected GET state or POST one of {posts}, was {call.method} {name or 'nothing'}")
        form, work = self._works[name]
        asked = msgspec.json.decode(call.body or b"{}", type=form)
        with self.simulator.exchange.at(self._now()):
            return work(asked) or {"done": name}

    def _plan(self, asked: Plan) -> None:
        known = {each.value: each for each in Fault}
        _require_known("fault", asked.fault, known)
        _require_known("occasion", asked.on, [ANY, *FRAMES, *(op.value for op in Op), *self.simulator.asked])
        self.simulator.faults.plan(known[asked.fault], asked.on, asked.times)

    def _fill(self, asked: Fill) -> Any:
        exchange = self.simulator.exchange
        order = exchange.find(asked.order_id) if asked.order_id else exchange.find_client(asked.client_id)
        qty = order.left if asked.qty is None else asked.qty
        if not order.is_live or not 0 < qty <= order.left:
            raise Wrong(f"order {order.id} is {order.status.value} with {order.left} left, {qty} of it cannot trade")
        exchange.fill(order, qty)
        return _shown(order)

    def _stir(self, asked: Stir) -> None:
        self.simulator.exchange.stir(self._known(asked.symbol))

    def _resolve(self, asked: Resolve) -> None:
        self.simulator.exchange.resolve(self._known(asked.symbol), asked.result, str(asked.pays))

    def _skew(self, asked: Skew) -> None:
        self.simulator.skew_ns = asked.ms * NANOS_PER_MS

    def _known(self, symbol: str) -> str:
        _require_known("market", symbol, self.simulator.exchange.markets)
        return symbol

    def _state(self) -> dict[str, Any]:
        simulator = self.simulator
        account = simulator.exchange.accounts[ME]
        return {
            "venue": simulator.id,
            "orders": [_shown(order) for order in simulator.exchange.mine()],
            "balances": {
                asset: {"free": str(held.free), "locked": str(held.locked)} for asset, held in account.assets.items()
            },
            "positions": {symbol: str(qty) for symbol, qty in account.positions.items() if qty},
            "asked": dict(simulator.asked),
            "planned": [[fault.value, on] for fault, on in simulator.faults.left],
            "sessions": len(simulator.sessions),
        }


def _require_known(what: str, name: str, known: Iterable[str]) -> None:
    there = [*known]
    if name not in there:
        raise Wrong(f"there is no {what} {name!r}; there are {', '.join(there)}")


def _shown(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "client_id": order.client_id,
        "symbol": order.symbol,
        "side": order.side,
        "status": order.status.value,
        "qty": str(order.qty),
        "filled": str(order.filled),
        "px": None if order.px is None else str(order.px),
    }
