"""Public market data over REST: time, status, assets, pairs, books, trades, tickers.

Used by `face.py` through `ENDPOINTS`. What must stay true: a result is keyed by the pair's key, whatever name was asked
for; a parameter that means nothing here is left unread, as at the venue.
Sources: https://docs.kraken.com/api/docs/rest-api/get-server-time, .../get-system-status, .../get-asset-info,
.../get-tradable-asset-pairs, .../get-order-book, .../get-recent-trades, .../get-ticker-information; read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from venuekit.capability import Op
from venuekit.units import NANOS_PER_S
from venuekit_testkit.simulate.exchange.book import Levels
from venuekit_testkit.simulate.exchange.events import Traded
from venuekit_testkit.simulate.kraken import errors, shape
from venuekit_testkit.simulate.kraken.errors import Refusal
from venuekit_testkit.simulate.kraken.pairs import Asset, Pair
from venuekit_testkit.simulate.kraken.shape import Row, rest_px, rest_qty

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kraken.face import KrakenSimulator

Asked: TypeAlias = Mapping[str, str]
Work: TypeAlias = "Callable[[KrakenSimulator, Asked], Any]"

LEVELS: Final = 100, 500  # without a count, and at most
TRADES: Final = 1000, 1000
SIDES: Final = {"buy": "b", "sell": "s"}
ZERO: Final = Decimal(0)


def time(venue: KrakenSimulator, _: Asked) -> Row:
    """Tell the venue's clock."""
    at = venue.exchange.now // NANOS_PER_S
    return {"unixtime": at, "rfc1123": datetime.fromtimestamp(at, UTC).strftime("%a, %d %b %y %H:%M:%S +0000")}


def status(venue: KrakenSimulator, _: Asked) -> Row:
    """Tell that the venue is open."""
    at = datetime.fromtimestamp(venue.exchange.now // NANOS_PER_S, UTC)
    return {"status": "online", "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ")}


def assets(venue: KrakenSimulator, asked: Asked) -> Row:
    """Describe assets: all, or those of `asset`. Raises: Refusal."""
    known = {each.key: each for pair in venue.pairs for each in (pair.base, pair.quote)}
    chosen = [_asset(known, name) for name in _listed(asked, "asset")] or list(known.values())
    return {each.key: shape.asset_row(each) for each in chosen}


def asset_pairs(venue: KrakenSimulator, asked: Asked) -> Row:
    """Describe pairs: all, or those of `pair`. Raises: Refusal."""
    markets = venue.exchange.markets
    chosen = [each for each in _chosen(venue, asked) if each.altname in markets]
    return {each.key: shape.pair_row(each, is_open=markets[each.altname].is_open) for each in chosen}


def depth(venue: KrakenSimulator, asked: Asked) -> Row:
    """Tell one book, best first. Raises: Refusal."""
    pair, count = venue.pair(asked.get("pair", "")), _count(asked, *LEVELS)
    book = venue.exchange.books[pair.altname]
    told: Row = {}
    for name, side in (("asks", "sell"), ("bids", "buy")):
        at = {each.px: each.updated_ns // NANOS_PER_S for each in book.ranked(side)}
        told[name] = [[rest_px(pair, px), rest_qty(pair, qty), at[px]] for px, qty in book.levels(side)[:count]]
    return {pair.key: told}


def trades(venue: KrakenSimulator, asked: Asked) -> Row:
    """Tell trades, oldest first: the last ones, or those after `since`. Raises: Refusal."""
    pair, count = venue.pair(asked.get("pair", "")), _count(asked, *TRADES)
    since, told = _since(asked), venue.exchange.trades[pair.altname]
    chosen = [each for each in told if each.execution.ts_ns > since]
    chosen = chosen[:count] if since else chosen[-count:]
    last = chosen[-1].execution.ts_ns if chosen else since or venue.exchange.now
    return {pair.key: [_trade(pair, each) for each in chosen], "last": str(last)}


def ticker(venue: KrakenSimulator, asked: Asked) -> Row:
    """Tell the best prices and what traded, of all pairs or of those of `pair`. Raises: Refusal."""
    return {each.key: _ticker(venue, each) for each in _chosen(venue, asked)}


ENDPOINTS: Final[Mapping[str, tuple[Work, Op | None]]] = {
    "Time": (time, None),
    "SystemStatus": (status, None),
    "Assets": (assets, None),
    "AssetPairs": (asset_pairs, Op.INSTRUMENTS),
    "Depth": (depth, Op.BOOK),
    "Trades": (trades, Op.TRADES),
    "Ticker": (ticker, None),
}


def _trade(pair: Pair, told: Traded) -> list[Any]:
    one = told.execution
    named = [shape.seconds(one.ts_ns), SIDES[told.taker], "l", "", one.id]
    return [rest_px(pair, one.px), rest_qty(pair, one.qty), *named]


def _ticker(venue: KrakenSimulator, pair: Pair) -> Row:
    book, told = venue.exchange.books[pair.altname], [each.execution for each in venue.exchange.trades[pair.altname]]
    volume = sum((each.qty for each in told), ZERO)
    mean = sum((each.qty * each.px for each in told), ZERO) / volume if volume else ZERO
    prices = [each.px for each in told] or [ZERO]
    ends = {"a": book.levels("sell"), "b": book.levels("buy")}
    return {
        **{name: _best(pair, levels) for name, levels in ends.items()},
        "c": [rest_px(pair, prices[-1]), rest_qty(pair, told[-1].qty if told else ZERO)],
        "v": [rest_qty(pair, volume)] * 2,  # today and in 24 hours: here all that traded
        "p": [rest_px(pair, mean)] * 2,
        "t": [len(told)] * 2,
        "l": [rest_px(pair, min(prices))] * 2,
        "h": [rest_px(pair, max(prices))] * 2,
        "o": rest_px(pair, prices[0]),
    }


def _best(pair: Pair, levels: Levels) -> list[str]:
    px, qty = levels[0] if levels else (ZERO, ZERO)
    return [rest_px(pair, px), f"{qty:.0f}", f"{qty:.3f}"]


def _chosen(venue: KrakenSimulator, asked: Asked) -> list[Pair]:
    return [venue.pair(name) for name in _listed(asked, "pair")] or list(venue.pairs)


def _listed(asked: Asked, name: str) -> Iterable[str]:
    return [each.strip() for each in asked[name].split(",")] if asked.get(name) else []


def _asset(known: Mapping[str, Asset], name: str) -> Asset:
    found = next((each for each in known.values() if name in (each.key, each.name)), None)
    if found is None:
        raise Refusal(errors.UNKNOWN_ASSET)
    return found


def _count(asked: Asked, usual: int, most: int) -> int:
    count = _number(asked.get("count") or str(usual))
    if not 1 <= count <= most:
        raise Refusal(errors.BAD_ARGUMENTS)
    return count


def _since(asked: Asked) -> int:
    """Read a time that is told in seconds or in nanoseconds."""
    since = _number(asked.get("since") or "0")
    return since * NANOS_PER_S if since < 10**12 else since


def _number(told: str) -> int:
    if not (told.isascii() and told.isdigit()):
        raise Refusal(errors.BAD_ARGUMENTS)
    return int(told[:20])
