"""A client of Kalshi at the simulator, one market, and what each client raises for a refusal.

Used by the tests of Kalshi's clients here, through the fixture `kalshi`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from tests.peers.desk import Desk
from tests.peers.kalshi_words import WORDS, Placed, Words
from tests.peers.seen import Seen
from venuekit_testkit.simulate.kalshi.keys import RSA_ID, RSA_PEM
from venuekit_testkit.simulate.kalshi.shape import ident

D: Final = Decimal

# What each client raises for a refusal, beside the venue's code, which all three pass on. ccxt has a class for few.
CLIENTS: Final = ("kalshi_sync", "kalshi_sdk", "ccxt_kalshi")
REFUSALS: Final = {
    "authentication_error": ("UnauthorizedException", "KalshiAuthError", "AuthenticationError"),
    "insufficient_balance": ("BadRequestException", "KalshiValidationError", "BadRequest"),
    "order_already_exists": ("ConflictException", "KalshiConflictError", "ExchangeNotAvailable"),
    "not_found": ("NotFoundException", "KalshiNotFoundError", "BadSymbol"),
    "invalid_order": ("BadRequestException", "KalshiValidationError", "InvalidOrder"),
    "fill_or_kill_insufficient_resting_volume": ("ConflictException", "KalshiConflictError", "OrderNotFillable"),
}


class KalshiDesk(Desk):
    """A desk that knows the client's words and one market."""

    @property
    def words(self) -> Words:
        return WORDS[self.peer.name]

    @property
    def ticker(self) -> str:
        """Give a market of shard 0, where a cancel goes that names none, as ccxt's does."""
        return "KXHIGHNY-27DEC24-B50.5"

    def connection(self, **other: str) -> dict[str, str]:
        return {**self.at, "key": RSA_ID, "pem": RSA_PEM, **other}

    def order(self, side: str = "bid", qty: str = "5", client_id: str = "peer-1", **more: Any) -> dict[str, Any]:
        words = {"ticker": self.ticker, "side": side, "qty": qty, "client_id": client_id, "price": self.below()}
        return {**words, **more}

    async def place(self, **order: Any) -> Placed:
        return self.words.placed(await self.do("place", **self.order(**order)))

    async def query(self, client_id: str = "peer-1") -> Seen:
        return self.words.order(await self.do("query", order_id=self.number(client_id)))

    async def orders(self, status: str | None = None) -> list[Seen]:
        return [self.words.order(told) for told in await self.do("orders", ticker=self.ticker, status=status)]

    def number(self, client_id: str = "peer-1") -> str:
        """Give the venue's number of an order, as the exchange has it."""
        return ident("order", self.really(client_id).id)

    def seen(self, client_id: str = "peer-1") -> Seen:
        """Say what the exchange has as a client would."""
        order = self.really(client_id)
        return Seen(self.number(client_id), order.client_id, order.status.value, order.qty, order.filled)

    def best(self, side: str) -> Decimal:
        """Give the best price of a side, as the exchange has it."""
        return self.exchange.books[self.ticker].levels(side)[0][0]

    def below(self) -> str:
        """Give a price that rests: five cents under the best bid."""
        return f"{self.best('buy') - D('0.05'):f}"

    def holds_the_book(self, events: list[Any]) -> bool:
        """Tell whether the newest book that the stream gave is the exchange's."""
        book, resting = self.words.book(events[-1]) if events else None, self.exchange.books[self.ticker]
        return book == (resting.levels("buy"), resting.levels("sell"))

    def assert_refused(self, error: dict[str, Any], code: str) -> None:
        """Hold an error against the table."""
        assert dict(zip(CLIENTS, REFUSALS[code], strict=True))[self.peer.name] in error["is"], error
        assert code in error["message"] or error.get("code") == code, error
