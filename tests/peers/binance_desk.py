"""A client of Binance at the simulator, one market, and what each client raises for a refusal.

Used by the tests of Binance's clients here, through the fixture `binance`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from tests.peers.binance_words import WORDS, Words
from tests.peers.desk import Desk
from tests.peers.seen import Seen
from venuekit_testkit.simulate.binance.keys import KEYS

SYMBOL: Final = "BTCUSDT"

# What each client raises for a refusal, beside the venue's code, which all three pass on.
REFUSALS: Final = {
    "bad_signature": (-1022, {"binance_sdk": "BadRequestError", "ccxt_binance": "AuthenticationError"}),
    "no_funds": (-2010, {"binance_sdk": "BadRequestError", "ccxt_binance": "InsufficientFunds"}),
    "same_id": (-2010, {"binance_sdk": "BadRequestError", "ccxt_binance": "InvalidOrder"}),
    "would_take": (-2010, {"binance_sdk": "BadRequestError", "ccxt_binance": "OrderImmediatelyFillable"}),
    "off_tick": (-1013, {"binance_sdk": "BadRequestError"}),
    "no_such_order": (-2013, {"binance_sdk": "BadRequestError", "ccxt_binance": "OrderNotFound"}),
    "nothing_to_cancel": (-2011, {"binance_sdk": "BadRequestError", "ccxt_binance": "OrderNotFound"}),
}


class BinanceDesk(Desk):
    """A desk that knows the client's words and the one market."""

    @property
    def words(self) -> Words:
        return WORDS[self.peer.name]

    @property
    def symbol(self) -> str:
        return self.words.symbol("BTC", "USDT")

    def connection(self, **other: str) -> dict[str, str]:
        proof = {"key": KEYS["HMAC"]["api_key"], "secret": KEYS["HMAC"]["api_secret"]}
        return {**self.at, "ws_api": f"{self.at['stream']}/ws-api/v3", **proof, **other}

    def order(self, side: str = "BUY", qty: str = "0.1", client_id: str = "peer-1", **kind: str) -> dict[str, str]:
        return {"symbol": self.symbol, "side": side, "qty": qty, "client_id": client_id, **kind}

    async def place(self, **order: str) -> Seen:
        return self.words.order(await self.do("place", **self.order(**order)))

    async def query(self, **which: Any) -> Seen:
        return self.words.order(await self.do("query", symbol=self.symbol, **which))

    async def orders(self) -> list[Seen]:
        return [self.words.order(told) for told in await self.do("open_orders", symbol=self.symbol)]

    def seen(self, client_id: str = "peer-1") -> Seen:
        """Say what the exchange has as a client would."""
        order = self.really(client_id)
        return Seen(str(order.id), order.client_id, order.status.value, order.qty, order.filled, order.paid)

    def best(self, side: str) -> Decimal:
        """Give the best price of a side, as the exchange has it."""
        return self.exchange.books[SYMBOL].levels(side)[0][0]

    def below(self) -> str:
        """Give a price that rests: ten ticks under the best bid."""
        return str(self.best("buy") - 10 * self.exchange.markets[SYMBOL].tick)

    def assert_refused(self, error: dict[str, Any], how: str) -> None:
        code, kinds = REFUSALS[how]
        assert error.get("code", code) == code, error  # ccxt leaves it out where it has a class for the words
        assert kinds.get(self.peer.name, "BinanceAPIException") in error["is"], error
