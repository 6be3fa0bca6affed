"""Coinbase Advanced Trade, simulated: the public REST calls and the market data stream over the shared exchange.

Used through `conformance.toml` of the Coinbase plugin, by `sequence simulate coinbase` and by tests. What must stay
true: it is written from the documentation, not from the plugin; no key is known here, so nothing of an account is told.
Source: https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/rest-api,
https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, unquote

from venuekit.units import Nanos
from venuekit_testkit.simulate.call import Call, Reply, reply_json
from venuekit_testkit.simulate.coinbase import errors
from venuekit_testkit.simulate.coinbase.errors import Refusal
from venuekit_testkit.simulate.coinbase.market import ENDPOINTS
from venuekit_testkit.simulate.coinbase.products import PRODUCTS, Product
from venuekit_testkit.simulate.coinbase.stream import MarketSession
from venuekit_testkit.simulate.exchange.account import Account
from venuekit_testkit.simulate.exchange.exchange import ME, Exchange
from venuekit_testkit.simulate.exchange.funds import SpotFunds
from venuekit_testkit.simulate.exchange.rules import Rules
from venuekit_testkit.simulate.session import Session
from venuekit_testkit.simulate.simulator import Simulator

API: Final = "/api/v3/brokerage/"
OPEN: Final = ("market/", "time")  # what needs no key
ONE: Final = "market/products/"
PLAIN: Final = {"content-type": "text/plain"}


class CoinbaseSimulator(Simulator):
    """The market side of a few products. `products` is what a subclass may change.

    Products that share a book share it in the exchange too: an order of either rests in it.
    """

    id = "coinbase"
    # No account stands behind these: they are what a plugin is built with, and the secret that it must not show.
    keys: ClassVar[Mapping[str, str]] = {
        "api_key": "organizations/simulated/apiKeys/simulated",
        "api_secret": "c2ltdWxhdGVkLXNlY3JldC1vZi1ub2JvZHk=",
    }
    products: ClassVar[tuple[Product, ...]] = PRODUCTS

    def open_exchange(self) -> Exchange:
        """Make the exchange with its markets and their books; what is not open is closed when it is quoted."""
        markets = [product.market() for product in self.products]
        exchange = Exchange(markets, SpotFunds(), Rules(), self.faults, Account(ME))
        for product, market in zip(self.products, markets, strict=True):
            exchange.books[product.id] = exchange.books[product.book]
            exchange.trades[product.id] = exchange.trades[product.book]
            exchange.seed(product.id, product.bids, product.asks)
            market.is_open = product.is_open
        return exchange

    @property
    def listed(self) -> list[Product]:
        """The products that there are."""
        return [each for each in self.products if each.id in self.exchange.markets]

    def product(self, id: str) -> Product:
        """Find a product. Raises: Refusal."""
        found = next((each for each in self.listed if each.id == id), None)
        if found is None:
            raise Refusal(errors.NOT_FOUND, errors.NO_PRODUCT)
        return found

    def op_of(self, call: Call) -> str:
        """Tell which `Op` a call is."""
        _, op = ENDPOINTS.get(_route(call)[0], (None, None))
        return op.value if op else ""

    def answer(self, call: Call, now: Nanos) -> Reply:
        """Do what a call asks, honestly."""
        refused = self.unproven(call, now)
        if refused is not None:
            return refused
        route, product = _route(call)
        work, _ = ENDPOINTS.get(route, (None, None))
        if work is None or call.method != "GET":
            return Refusal(errors.NOT_FOUND, "Not Found").reply
        named = {"product_id": [product]} if product else {}
        try:
            return reply_json(work(self, {**parse_qs(call.query), **named}))
        except Refusal as no:
            return no.reply

    def unproven(self, call: Call, now: Nanos) -> Reply | None:
        """Refuse every call that needs a key: none is known here."""
        path = call.path.removeprefix(API)
        needs = call.path.startswith(API) and not path.startswith(OPEN)
        return Reply(401, b"Unauthorized", PLAIN) if needs else None

    def busy(self, call: Call) -> Reply:
        """Say "too many requests"."""
        return reply_json(errors.TOO_MANY, 429, **errors.LIMITS)

    def broken(self, call: Call) -> Reply:
        """Answer 503, as the proxy before the venue does."""
        return Reply(503, b"upstream connect error or disconnect/reset before headers", PLAIN)

    def open_session(self, call: Call, now: Nanos) -> Session | Reply:
        """Take a socket of the market data stream."""
        return MarketSession(self, now) if call.path in ("", "/") else Reply(404)


def _route(call: Call) -> tuple[str, str]:
    """Split a path into its pattern and the product that it names."""
    path = call.path.removeprefix(API) if call.path.startswith(API) else ""
    if not path.startswith(ONE):
        return path, ""
    product, slash, rest = path.removeprefix(ONE).partition("/")
    return f"{ONE}{{}}{slash}{rest}", unquote(product)
