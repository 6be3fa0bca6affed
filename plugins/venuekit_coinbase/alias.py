"""Which book a product's market data come from: most `-USDC` products share the book of their `-USD` product.

Used by `feed.py`. Source: https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels
("Subscribing to -USDC based products are only available on the user channel. Other channels will return the same data
as the corresponding -USD based products. USDT-USDC and EURC-USDC are available on all channels."), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from venuekit.instrument import Instrument

OWN_BOOK: Final = frozenset({"USDT-USDC", "EURC-USDC"})


def find_book(product_id: str) -> str:
    """Name the product under which the market data of a product arrive."""
    if product_id.endswith("-USDC") and product_id not in OWN_BOOK:
        return product_id.removesuffix("C")
    return product_id


def group_by_book(instruments: Iterable[Instrument]) -> dict[str, list[str]]:
    """List our symbols by the book that they share."""
    found: dict[str, list[str]] = {}
    for instrument in instruments:
        found.setdefault(find_book(instrument.venue_symbol), []).append(instrument.symbol)
    return found
