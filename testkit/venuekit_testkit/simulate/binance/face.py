"""Binance spot, simulated: REST, market streams and the WebSocket API over the shared exchange.

Used through `conformance.toml` of the Binance plugin, by `sequence simulate binance` and by tests. What must stay true:
it is written from the documentation, not from the plugin; nothing of the account is done or told without a proof.
Source: https://github.com/binance/binance-spot-api-docs (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Final
from urllib.parse import unquote

from venuekit.units import Nanos
from venuekit_testkit.simulate.binance import errors
from venuekit_testkit.simulate.binance.coins import COINS, MONEY, Coin
from venuekit_testkit.simulate.binance.endpoints import ENDPOINTS, Endpoint
from venuekit_testkit.simulate.binance.errors import Refusal
from venuekit_testkit.simulate.binance.keys import KEYS
from venuekit_testkit.simulate.binance.limits import Limits
from venuekit_testkit.simulate.binance.params import Params, check_names, check_values, read_params
from venuekit_testkit.simulate.binance.proof import Keys
from venuekit_testkit.simulate.binance.requests import RequestSession
from venuekit_testkit.simulate.binance.signature import split_signature
from venuekit_testkit.simulate.binance.streams import MarketSession
from venuekit_testkit.simulate.call import Call, Reply, reply_json
from venuekit_testkit.simulate.exchange.account import Account
from venuekit_testkit.simulate.exchange.events import Event, OrderChanged
from venuekit_testkit.simulate.exchange.exchange import ME, Exchange
from venuekit_testkit.simulate.exchange.funds import SpotFunds
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.rules import Rules
from venuekit_testkit.simulate.session import Session
from venuekit_testkit.simulate.simulator import Simulator

API: Final = "/api/v3/"
JSON: Final = "application/json;charset=UTF-8"
WS_API: Final = "/ws-api/v3"
RAW, COMBINED = "/ws", "/stream"
UNAVAILABLE: Final = b'{"code":-1001,"msg":"Internal error; unable to process your request. Please try again."}'


class BinanceSimulator(Simulator):
    """One account on a few spot markets.

    `coins` and `money` are what a subclass may change; `executions` counts the reports of its orders. The `facts` of an
    order hold what the exchange has no word for: `spends`, `cancel_id`, `was` (the client id before an amend).
    """

    id = "binance"
    keys = KEYS["HMAC"]
    more_keys = KEYS
    places: ClassVar[Mapping[str, str]] = {"rest": "{http}", "stream": "{ws}", "account": "{ws}"}
    coins: ClassVar[tuple[Coin, ...]] = COINS
    money: ClassVar[Mapping[str, str]] = MONEY

    def __init__(self) -> None:
        super().__init__()
        self.limits = Limits()
        self.account = Keys(KEYS)
        self.executions = 0
        self._ids = 0
        self.exchange.heard.append(self._count)

    def open_exchange(self) -> Exchange:
        """Make the exchange with its markets, its books and the money of the trading account."""
        markets = [coin.market() for coin in self.coins]
        account = Account(ME)
        for asset, amount in self.money.items():
            account.add(asset, Decimal(amount))
        exchange = Exchange(markets, SpotFunds(), Rules(), self.faults, account)
        for coin in self.coins:
            exchange.seed(coin.symbol, coin.bids, coin.asks)
        return exchange

    # ── what works ask for ──

    def market(self, name: str) -> Market:
        """Find a market. Raises: Refusal -1121."""
        found = self.exchange.markets.get(name)
        if found is None:
            raise Refusal(*errors.BAD_SYMBOL)
        return found

    def next_id(self) -> str:
        """Make a client id for who sent none."""
        self._ids += 1
        return f"simulated{self._ids:013d}"

    # ── REST ──

    def op_of(self, call: Call) -> str:
        """Tell which `Op` a call is."""
        endpoint = _find(call)
        return endpoint.op if endpoint else ""

    def answer(self, call: Call, now: Nanos) -> Reply:
        """Do what a call asks, honestly."""
        endpoint = _find(call)
        if endpoint is None:
            return _refuse(Refusal(*errors.UNSUPPORTED, status=404), {})
        try:
            told = reply_json(self._do(endpoint, call, now))
        except Refusal as no:
            return _refuse(no, self.limits.headers(orders=endpoint.counts))
        return Reply(200, told.body, {"content-type": JSON, **self.limits.headers(orders=endpoint.counts)})

    def unproven(self, call: Call, now: Nanos) -> Reply | None:
        """Give the refusal of a call that is not signed as it must be."""
        endpoint = _find(call)
        if endpoint is None or not endpoint.is_signed:
            return None
        try:
            asked = read_params(call.query, _form(call))
            check_values(asked)
            self._prove(call, asked, now)
        except Refusal as no:
            return _refuse(no, {})
        return None

    def busy(self, call: Call) -> Reply:
        """Say "too many requests"."""
        return _refuse(errors.too_heavy(self.limits.weight.limit, 1), {})

    def broken(self, call: Call) -> Reply:
        """Answer 503, which says nothing of what was done."""
        return Reply(503, UNAVAILABLE, {"content-type": JSON})

    def _do(self, endpoint: Endpoint, call: Call, now: Nanos) -> object:
        asked = read_params(call.query, _form(call))
        check_values(asked)
        if endpoint.is_signed:
            self._prove(call, asked, now)
        check_names(asked, endpoint.names)
        weight = endpoint.weigh(asked)
        self.limits.weigh(weight, now)
        self.taken.update(REQUEST_WEIGHT=weight, RAW_REQUESTS=1)
        if endpoint.counts:
            self.taken.update(ORDERS_10S=1, ORDERS_1D=1)
        told = endpoint.work(self, asked)
        if endpoint.is_free:
            self.limits.forgive(weight)
        return told

    def _prove(self, call: Call, asked: Params, now: Nanos) -> None:
        payload, signature = split_signature(call.query, _form(call))
        self.account.prove(call.headers.get("x-mbx-apikey", ""), asked, payload, signature, now)

    # ── sockets ──

    def open_session(self, call: Call, now: Nanos) -> Session | Reply:
        """Take a socket of the market streams or of the WebSocket API."""
        if call.path == WS_API:
            return RequestSession(self, self.account)
        if call.path == COMBINED:
            named = unquote(call.params.get("streams", ""))
            return MarketSession(self, [name for name in named.split("/") if name], is_combined=True)
        if call.path == RAW or call.path.startswith(RAW + "/"):
            named = unquote(call.path.removeprefix(RAW).strip("/"))
            return MarketSession(self, [name for name in named.split("/") if name], is_combined=False)
        return _refuse(Refusal(*errors.UNSUPPORTED, status=404), {})

    def _count(self, event: Event) -> None:
        if isinstance(event, OrderChanged) and event.order.account == ME:
            self.executions += 1
            if event.execution is not None:
                self.limits.credit(event.order.id, event.execution.is_maker)


def _find(call: Call) -> Endpoint | None:
    return ENDPOINTS.get((call.method, call.path.removeprefix(API))) if call.path.startswith(API) else None


def _form(call: Call) -> str:
    """Read a body as text, whatever its bytes are."""
    return call.body.decode("utf-8", "replace")


def _refuse(no: Refusal, headers: Mapping[str, str]) -> Reply:
    told = reply_json(no.body, no.status)
    return Reply(no.status, told.body, {"content-type": JSON, **headers, **no.headers})
