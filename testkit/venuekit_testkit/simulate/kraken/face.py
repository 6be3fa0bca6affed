"""Kraken spot, simulated: the public REST calls and the public WebSocket v2 over the shared exchange.

Used through `conformance.toml` of the Kraken plugin, by `sequence simulate kraken` and by tests. What must stay true:
it is written from the documentation, not from the plugin; no key is known here, so nothing of an account is told.
Source: https://docs.kraken.com/api/docs/guides/spot-rest-intro, .../spot-errors, .../spot-ws-intro, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qsl

from venuekit.units import Nanos
from venuekit_testkit.simulate.call import Call, Reply, reply_json
from venuekit_testkit.simulate.exchange.account import Account
from venuekit_testkit.simulate.exchange.exchange import ME, Exchange
from venuekit_testkit.simulate.exchange.funds import SpotFunds
from venuekit_testkit.simulate.exchange.rules import Rules
from venuekit_testkit.simulate.kraken import errors
from venuekit_testkit.simulate.kraken.errors import Refusal
from venuekit_testkit.simulate.kraken.market import ENDPOINTS
from venuekit_testkit.simulate.kraken.pairs import PAIRS, Pair
from venuekit_testkit.simulate.kraken.stream import MarketSession
from venuekit_testkit.simulate.session import Session
from venuekit_testkit.simulate.simulator import Simulator

PUBLIC, PRIVATE = "/0/public/", "/0/private/"
STREAM: Final = "/v2"
UNKNOWN: Final = b"<html><head><title>520: Web server is returning an unknown error</title></head></html>"


class KrakenSimulator(Simulator):
    """The market side of a few pairs. `pairs` is what a subclass may change; `connections` counts sockets."""

    id = "kraken"
    # No account stands behind these: they are what a plugin is built with, and the secret that it must not show.
    keys: ClassVar[Mapping[str, str]] = {"api_key": "simulated-key", "api_secret": "c2ltdWxhdGVkLXNlY3JldA=="}
    places: ClassVar[Mapping[str, str]] = {"rest": "{http}", "stream": "{ws}" + STREAM}
    pairs: ClassVar[tuple[Pair, ...]] = PAIRS

    def __init__(self) -> None:
        super().__init__()
        self.connections = 0
        self._names = {name: pair for pair in self.pairs for name in pair.names}
        self.streams = {pair.stream: pair for pair in self.pairs}
        self.by_market = {pair.altname: pair for pair in self.pairs}

    def open_exchange(self) -> Exchange:
        """Make the exchange with its markets and their books; what is not online is closed when it is quoted."""
        markets = [pair.market() for pair in self.pairs]
        exchange = Exchange(markets, SpotFunds(), Rules(), self.faults, Account(ME))
        for pair, market in zip(self.pairs, markets, strict=True):
            exchange.seed(pair.altname, pair.bids, pair.asks)
            market.is_open = pair.status == "online"
        return exchange

    def pair(self, name: str) -> Pair:
        """Find a pair by any of its names. Raises: Refusal."""
        if not name:
            raise Refusal(errors.BAD_ARGUMENTS)
        found = self._names.get(name)
        if found is None or found.altname not in self.exchange.markets:
            raise Refusal(errors.UNKNOWN_PAIR)
        return found

    def op_of(self, call: Call) -> str:
        """Tell which `Op` a call is."""
        _, op = ENDPOINTS.get(call.path.removeprefix(PUBLIC), (None, None))
        return op.value if op else ""

    def answer(self, call: Call, now: Nanos) -> Reply:
        """Do what a call asks, honestly."""
        refused = self.unproven(call, now)
        if refused is not None:
            return refused
        work, _ = ENDPOINTS.get(call.path.removeprefix(PUBLIC), (None, None))
        if work is None or not call.path.startswith(PUBLIC) or call.method not in ("GET", "POST"):
            return _refuse(errors.UNKNOWN_METHOD)
        try:
            return reply_json({"error": [], "result": work(self, _read(call))})
        except Refusal as no:
            return _refuse(no.said)

    def unproven(self, call: Call, now: Nanos) -> Reply | None:
        """Refuse every private call: no key is known here."""
        return _refuse(errors.INVALID_KEY) if call.path.startswith(PRIVATE) else None

    def busy(self, call: Call) -> Reply:
        """Say "too many requests": Kraken does so with 200."""
        return _refuse(errors.TOO_MANY)

    def broken(self, call: Call) -> Reply:
        """Answer 520, as the proxy before the venue does."""
        return Reply(520, UNKNOWN, {"content-type": "text/html"})

    def called(self, asset: str) -> str:
        """Tell the key that REST has for an asset."""
        return next((each.key for pair in self.pairs for each in (pair.base, pair.quote) if each.name == asset), asset)

    def open_session(self, call: Call, now: Nanos) -> Session | Reply:
        """Take a socket of the public WebSocket v2."""
        if call.path != STREAM:
            return Reply(404)
        self.connections += 1
        return MarketSession(self, self.connections)


def _read(call: Call) -> dict[str, str]:
    """Read the query, and the form of a POST."""
    form = call.body.decode("utf-8", "replace") if call.method == "POST" else ""
    return {**call.params, **dict(parse_qsl(form, keep_blank_values=True))}


def _refuse(said: str) -> Reply:
    return reply_json({"error": [said]})
