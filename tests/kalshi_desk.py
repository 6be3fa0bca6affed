"""A small client of the simulated Kalshi, for its tests: it signs, calls in process, and reads JSON."""

from __future__ import annotations

from base64 import b64encode
from decimal import Decimal
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from venuekit.units import NANOS_PER_MS, NANOS_PER_S, Nanos
from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.kalshi.face import SOCKET, KalshiSimulator
from venuekit_testkit.simulate.kalshi.listing import SHARDS, cash
from venuekit_testkit.simulate.session import Session

ROOT: Final = "/trade-api/v2"
ORDERS: Final = "/portfolio/events/orders"
TICKER: Final = "KXHIGHNY-27DEC24-B50.5"  # a grid of cents, on shard 0
CRYPTO: Final = "KXBTCD-27DEC2417-T99999.99"  # on shard 2, where makers pay
START: Final = 1_795_000_000_000_000_000


class Desk:
    """One client. Each call comes a millisecond after the one before."""

    def __init__(self, venue: KalshiSimulator | None = None) -> None:
        self.venue = venue or KalshiSimulator()
        self.now = START
        key = load_pem_private_key(self.venue.keys["api_secret"].encode(), password=None)
        assert isinstance(key, Ed25519PrivateKey)
        self.key, self._id = key, 0

    def headers(self, method: str, path: str) -> dict[str, str]:
        at = str(self.now // NANOS_PER_MS)
        signature = b64encode(self.key.sign(f"{at}{method}{path}".encode())).decode()
        name = self.venue.keys["api_key"]
        return {
            "kalshi-access-key": name,
            "kalshi-access-timestamp": at,
            "kalshi-access-signature": signature,
        }

    def send(self, method: str, path: str, body: Any = None, **query: object) -> tuple[int, Any]:
        """Call, and give the status and what the body says; a body of bytes is sent as it is."""
        self.now += NANOS_PER_MS
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        raw = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        headers = self.headers(method, ROOT + path)
        call = Call(method=method, path=ROOT + path, query=asked, headers=headers, body=raw)
        reply = self.venue.handle(call, Nanos(self.now))
        assert reply is not None
        return reply.status, msgspec.json.decode(reply.body) if reply.body else None

    def get(self, path: str, **query: object) -> Any:
        """Read. Raises: AssertionError where the venue refuses."""
        status, told = self.send("GET", path, **query)
        assert status == 200, told
        return told

    def wanted(self, **changes: Any) -> dict[str, Any]:
        """Write an order that rests, but for what is changed."""
        self._id += 1
        usual = {
            "ticker": TICKER,
            "client_order_id": f"c-{self._id}",
            "side": "bid",
            "count": "10.00",
            "price": "0.4300",
            "time_in_force": "good_till_canceled",
            "self_trade_prevention_type": "taker_at_cross",
        }
        return usual | changes

    def place(self, **changes: Any) -> Any:
        """Place an order. Raises: AssertionError where it is refused."""
        status, told = self.send("POST", ORDERS, self.wanted(**changes))
        assert status == 201, told
        return told

    def refused(self, **changes: Any) -> tuple[int, str, str]:
        """Place an order that is refused; give the status, the code and the details."""
        return no_of(self.send("POST", ORDERS, self.wanted(**changes)))

    def free(self) -> dict[str, Decimal]:
        """Tell the money of each shard, as the venue tells it."""
        told = self.get("/portfolio/balance")["balance_breakdown"]
        return {cash(each["exchange_index"]): Decimal(each["balance"]) for each in told}

    def locked(self) -> Decimal:
        """Tell what orders hold back, on all shards."""
        assets = self.venue.exchange.accounts[ME].assets
        return sum((assets[cash(each)].locked for each in SHARDS), Decimal(0))

    def socket(self) -> Wire:
        """Connect. Raises: AssertionError where the venue refuses."""
        call = Call(method="GET", path=SOCKET, headers=self.headers("GET", SOCKET))
        session = self.venue.connect(call, Nanos(self.now))
        assert isinstance(session, Session), session
        return Wire(self, session)

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.now += seconds * NANOS_PER_S


class Wire:
    """One socket."""

    def __init__(self, desk: Desk, session: Session) -> None:
        self.desk, self.session, self._id = desk, session, 0

    def say(self, cmd: str, **params: Any) -> list[Any]:
        """Send a command and give what comes."""
        self._id += 1
        frame = {"id": self._id, "cmd": cmd, "params": params}
        self.session.receive(msgspec.json.encode(frame).decode(), Nanos(self.desk.now))
        return self.hear()

    def subscribe(self, *channels: str, tickers: tuple[str, ...] = (), **more: Any) -> list[Any]:
        """Subscribe to channels of some markets, or of all."""
        named = {"market_tickers": list(tickers)} if tickers else {}
        return self.say("subscribe", channels=list(channels), **named, **more)

    def hear(self) -> list[Any]:
        """Take what has come."""
        return [msgspec.json.decode(frame) for frame in self.session.take()]


def no_of(answer: tuple[int, Any]) -> tuple[int, str, str]:
    """Read a refusal: the status, the code and the details."""
    status, told = answer
    return status, told["error"]["code"], told["error"].get("details", "")
