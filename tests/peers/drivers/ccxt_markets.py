"""ccxt for venues whose market side alone is simulated: Kraken and Coinbase, spot; streams by `ccxt.pro`.

Reaches another host by its own `urls['api']` table: of Kraken `public`, `private` and `ws['publicV2']`, of Coinbase
`rest` and `ws`. Told to ask Coinbase for no currencies, which are another API (`/v2`). It checks none of Kraken's
checksums: it reads numbers as floats, whose last zeros are gone.

What it calls: Kraken's Assets, AssetPairs, Depth, Trades, and the channels `book` and `trade`; Coinbase's
`market/products`, `market/product_book`, `market/products/{id}/ticker`, and `level2` and `market_trades`. Answers are
ccxt's own; the side of a trade is the word that the venue sent, so of Coinbase it is the maker's.
Read 2026-11-21: ccxt 4.5.90, kraken.py, coinbase.py, pro/kraken.py, pro/coinbase.py.
"""

from __future__ import annotations

from typing import Any

import ccxt.pro

from dialog import Driver, hold


class Markets(Driver):
    """The client, once it is connected."""

    def __init__(self) -> None:
        super().__init__()
        self._exchange: Any = None

    def connect(self, venue: str, rest: str, stream: str, **keys: str) -> None:
        """Make the client of one venue at one place."""
        exchange = getattr(ccxt.pro, venue)({"enableRateLimit": False, **keys})
        api = exchange.urls["api"]
        if venue == "kraken":
            api["public"] = api["private"] = rest
            api["ws"]["publicV2"] = stream
        else:
            api["rest"], api["ws"] = rest, stream
            exchange.has["fetchCurrencies"] = False
        self._exchange = exchange

    async def markets(self) -> Any:
        return await self._exchange.fetch_markets()

    async def book(self, symbol: str, limit: int) -> Any:
        return await self._exchange.fetch_order_book(symbol, limit)

    async def trades(self, symbol: str, limit: int) -> Any:
        return await self._exchange.fetch_trades(symbol, None, limit)

    async def balance(self) -> Any:
        """Ask for what needs a key."""
        return await self._exchange.fetch_balance()

    async def watch_book(self, symbol: str) -> None:
        """Begin; what comes is the whole book after each change."""

        async def book() -> Any:
            told = await self._exchange.watch_order_book(symbol)
            return {side: [list(level) for level in told[side]] for side in ("bids", "asks")}

        await self._exchange.load_markets()
        self._pump("book", book)

    async def watch_trades(self, symbol: str) -> None:
        """Begin; what comes are the new trades."""
        await self._exchange.load_markets()
        self._pump("trades", lambda: self._exchange.watch_trades(symbol))

    async def _close(self) -> None:
        self._close_later(self._exchange.close())


if __name__ == "__main__":
    hold(Markets)
