"""A Kalshi that reads what others published: its markets made up of a ticker, its answers of what was told.

Used by the tests of Kalshi's published payloads and of other clients' requests.
"""

from __future__ import annotations

import json
from typing import Any, Final

from venuekit.credential import Credentials
from venuekit.instrument import Instrument
from venuekit.order import NewOrder, TimeInForce
from venuekit.side import Side
from venuekit.units import Nanos, parse_px, parse_qty
from venuekit.wire import Response
from venuekit_kalshi.markets import to_instruments
from venuekit_kalshi.venue import Kalshi
from venuekit_kalshi.wire import Event, Market, PriceRange

NOW: Final = Nanos(1_763_683_200_000_000_000)
# The secret of RFC 8032, section 7.1, test 1: everybody has it.
KEY: Final = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"
PEM: Final = f"-----BEGIN PRIVATE KEY-----\n{KEY}\n-----END PRIVATE KEY-----\n"
VENUE: Final = Kalshi(Credentials(api_key="k", api_secret=PEM))
API: Final = "https://external-api.kalshi.com/trade-api/v2"


def list_market(ticker: str) -> list[Instrument]:
    """Make both instruments of a market that takes any price of four decimals."""
    ranges = [PriceRange("0.0000", "1.0000", "0.0001")]
    market = Market(ticker=ticker, event_ticker="E", status="active", price_ranges=ranges)
    return to_instruments(Event(event_ticker="E", series_ticker="S", markets=[market]), {})


def make_order(ticker: str, side: Side, px: str, qty: str, tif: TimeInForce = TimeInForce.GTC) -> NewOrder:
    """Make a limit order of YES."""
    return NewOrder(
        client_id="a", instrument=list_market(ticker)[0], side=side, qty=parse_qty(qty), px=parse_px(px), tif=tif
    )


def answer(told: Any) -> Response:
    """Make an answer."""
    return Response(200, json.dumps(told, default=str).encode())
