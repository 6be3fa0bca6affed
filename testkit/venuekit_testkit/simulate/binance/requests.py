"""The WebSocket API of Binance: requests and answers on one socket, and the account's events once subscribed.

Made by `face.py`. What must stay true: without a proof nothing of the account is done or told. Events of what a request
did go out before its answer. Faults of HTTP do not strike here, those of streams do.
Source: https://github.com/binance/binance-spot-api-docs web-socket-api.md (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec

from venuekit.units import Nanos
from venuekit.wire import Frame
from venuekit_testkit.simulate.binance.endpoints import REQUESTS, SIGNED, Endpoint
from venuekit_testkit.simulate.binance.errors import Refusal
from venuekit_testkit.simulate.binance.events import account_position, execution_report, kind_of, terminated
from venuekit_testkit.simulate.binance.params import Params, check_names, check_values
from venuekit_testkit.simulate.binance.proof import Keys, check_time
from venuekit_testkit.simulate.binance.shape import millis
from venuekit_testkit.simulate.binance.signature import join_sorted
from venuekit_testkit.simulate.exchange.events import Event, OrderChanged
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.listener import Listener

if TYPE_CHECKING:
    from venuekit_testkit.simulate.binance.face import BinanceSimulator

Method = Callable[[Params, Nanos], Any]
WEIGHT: Final = 2  # of a call that is about the session or its streams
NAMES: Final = SIGNED | {"apiKey", "subscriptionId", "returnRateLimits"}
NOT_LOGGED_ON: Final = (-2015, "Invalid API-key, IP, or permissions for action.", 401)
ONLY_ED25519: Final = (-4056, "HMAC_SHA256 API key is not supported.")
SUBSCRIBED: Final = (-2035, "Subscription already active in this session.")
NO_SUBSCRIPTION: Final = (-2036, "Subscription not active.")
NO_METHOD: Final = (-1102, "Mandatory parameter 'method' was not sent, was empty/null, or malformed.")
BAD_JSON: Final = (-1135, "Invalid JSON Request")


class RequestSession(Listener):
    """One socket. `key` is the API key that logged on; `subscriptions` are the ids of the streams that are on.

    `keys` are those that it takes.
    """

    def __init__(self, venue: BinanceSimulator, keys: Keys) -> None:
        super().__init__(venue.exchange, venue.faults)
        self.venue, self.keys, self.key = venue, keys, ""
        self.subscriptions: list[int] = []
        self._next, self._since, self._orders = 0, 0, False
        self._own: Mapping[str, Method] = {
            "session.logon": self._log_on,
            "session.status": lambda asked, now: self._status(),
            "session.logout": self._log_out,
            "session.subscriptions": lambda asked, now: [{"subscriptionId": each} for each in self.subscriptions],
            "userDataStream.subscribe": self._subscribe,
            "userDataStream.subscribe.signature": self._subscribe_signed,
            "userDataStream.unsubscribe": self._unsubscribe,
        }

    # ── requests ──

    def receive(self, frame: Frame, now: Nanos) -> None:
        """Answer one request."""
        at = Nanos(now + self.venue.skew_ns)
        id, limits = None, True
        self._orders = False
        with self.venue.exchange.at(at):
            try:
                asked = _decode(frame)
                id, params = asked.get("id"), _params(asked)
                limits = params.pop("returnRateLimits", "true") == "true"
                told: dict[str, Any] = {"id": id, "status": 200, "result": self._do(asked, params, at)}
            except Refusal as no:
                told = {"id": id, "status": no.status, "error": no.body}
        if limits:
            told["rateLimits"] = self.venue.limits.used(orders=self._orders)
        self.push(msgspec.json.encode(told).decode(), "other")

    def _do(self, asked: dict[str, Any], params: Params, now: Nanos) -> Any:
        method = str(asked.get("method", "")).removeprefix("v3/")
        check_values(params)
        if method in self._own:
            check_names(params, NAMES)
            self.venue.asked[method] += 1
            self.venue.limits.weigh(WEIGHT, now)
            return self._own[method](params, now)
        endpoint = REQUESTS.get(method)
        if endpoint is None:
            raise Refusal(*NO_METHOD)
        return self._call(endpoint, params, now)

    def _call(self, endpoint: Endpoint, params: Params, now: Nanos) -> Any:
        self.venue.asked[endpoint.op or "websocket"] += 1
        self._orders = endpoint.counts
        check_names(params, endpoint.names | {"apiKey"} if endpoint.is_signed else endpoint.names)
        weight = endpoint.weigh(params)
        self.venue.limits.weigh(weight, now)
        if endpoint.is_signed:
            self._prove(params, now)
        told = endpoint.work(self.venue, params)
        if endpoint.is_free:
            self.venue.limits.forgive(weight)
        return told

    def _prove(self, params: Params, now: Nanos) -> None:
        if self.key and "apiKey" not in params:
            check_time(params, now)
            return
        self.keys.prove(params.need("apiKey"), params, join_sorted(params), params.get("signature"), now)

    # ── the session ──

    def _log_on(self, params: Params, now: Nanos) -> dict[str, Any]:
        key = params.need("apiKey")
        self.keys.prove_key(key)
        if self.keys.kind_of(key) != "ED25519":
            raise Refusal(*ONLY_ED25519)
        self.keys.prove(key, params, join_sorted(params), params.get("signature"), now)
        self.key, self._since = key, millis(now)
        return self._status()

    def _log_out(self, params: Params, now: Nanos) -> dict[str, Any]:
        self._end(self.subscriptions)
        self.key = ""
        return self._status()

    def _status(self) -> dict[str, Any]:
        return {
            "apiKey": self.key or None,
            "authorizedSince": self._since if self.key else None,
            "connectedSince": self._since,
            "returnRateLimits": True,
            "serverTime": millis(self.venue.exchange.now),
            "userDataStream": bool(self.subscriptions),
        }

    def _subscribe(self, params: Params, now: Nanos) -> dict[str, int]:
        if not self.key:
            raise Refusal(*NOT_LOGGED_ON)
        if self.subscriptions:
            raise Refusal(*SUBSCRIBED)
        return self._begin()

    def _subscribe_signed(self, params: Params, now: Nanos) -> dict[str, int]:
        self.keys.prove(params.need("apiKey"), params, join_sorted(params), params.get("signature"), now)
        if self.subscriptions:
            raise Refusal(*SUBSCRIBED)
        return self._begin()

    def _begin(self) -> dict[str, int]:
        self.subscriptions.append(self._next)
        self._next += 1
        return {"subscriptionId": self.subscriptions[-1]}

    def _unsubscribe(self, params: Params, now: Nanos) -> dict[str, Any]:
        wanted = [int(params["subscriptionId"])] if params.get("subscriptionId") else list(self.subscriptions)
        if not wanted or not set(wanted) <= set(self.subscriptions):
            raise Refusal(*NO_SUBSCRIPTION)
        self._end(wanted)
        return {}

    def _end(self, ids: list[int]) -> None:
        for each in list(ids):
            self._event(each, terminated(self.venue), "other")
            self.subscriptions.remove(each)

    # ── events of the exchange ──

    def hear(self, event: Event) -> None:
        """Tell what happened to our orders, and what it did to the balances."""
        if not isinstance(event, OrderChanged) or event.order.account != ME:
            return
        self.tell(execution_report(self.venue, event), kind_of(event))
        self.tell(account_position(self.venue, event.order.symbol), "balance")

    def tell(self, told: dict[str, Any], kind: str = "other") -> None:
        """Tell an event to every subscription."""
        for each in self.subscriptions:
            self._event(each, told, kind)

    def _event(self, id: int, told: dict[str, Any], kind: str) -> None:
        self.push(msgspec.json.encode({"subscriptionId": id, "event": told}).decode(), kind)


def _decode(frame: Frame) -> dict[str, Any]:
    try:
        return msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode(frame)
    except msgspec.DecodeError:
        raise Refusal(*BAD_JSON) from None


def _params(asked: dict[str, Any]) -> Params:
    given = {} if asked.get("params") is None else asked["params"]
    if not isinstance(given, dict):
        raise Refusal(*BAD_JSON)
    return Params({name: _text(value) for name, value in given.items() if value is not None})


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return msgspec.json.encode(value).decode() if isinstance(value, list) else str(value)
