"""Kalshi: answer what is asked of series, events and markets.

Used by `routes.py`. The words of the filter `status` are not those of a market's own `status`: `FILTER` joins them.
Sources: https://docs.kalshi.com/api-reference/market and OpenAPI 3.34.0, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from venuekit_testkit.simulate.call import Reply, reply_json
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.kalshi.ask import Ask
from venuekit_testkit.simulate.kalshi.errors import Refusal
from venuekit_testkit.simulate.kalshi.listing import EVENT_BY, EVENTS, OPENED, SERIES, SERIES_BY, Event, Series
from venuekit_testkit.simulate.kalshi.market import WEEK, closes_ns, market_told
from venuekit_testkit.simulate.kalshi.shape import instant

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator

FILTER: Final = {
    "unopened": ("initialized",),
    "open": ("active",),
    "paused": ("inactive",),
    "closed": ("closed", "determined", "disputed", "amended"),
    "settled": ("finalized",),
}
TIMES: Final[dict[str, Callable[[Market], int | None]]] = {
    "created": lambda market: OPENED - WEEK,
    "close": closes_ns,
    "settled": lambda market: market.facts.get("settled_ns"),
}
SOURCES: Final = [{"name": "Simulated source", "url": "https://example.com/source"}]


def series_list(face: KalshiSimulator, ask: Ask) -> Reply:
    """List the series."""
    wanted = ask.text("category")
    return reply_json({"series": [_series(each) for each in SERIES if wanted in ("", each.category)]})


def series(face: KalshiSimulator, ask: Ask) -> Reply:
    """Give one series."""
    found = SERIES_BY.get(ask.parts["series"])
    if found is None:
        raise Refusal("not_found")
    return reply_json({"series": _series(found)})


def events(face: KalshiSimulator, ask: Ask) -> Reply:
    """List events, with their markets where that is asked."""
    status, wanted, nested = ask.choice("status", FILTER), ask.text("series_ticker"), ask.flag("with_nested_markets")
    kept = [
        (at, each)
        for at, each in enumerate(EVENTS)
        if wanted in ("", each.series) and (not status or _any_is(face, each, status))
    ]
    rows, cursor = ask.page(kept, 200, 200)
    return reply_json({"events": [_event(face, each, nested) for each in rows], "cursor": cursor})


def event(face: KalshiSimulator, ask: Ask) -> Reply:
    """Give one event; its markets stand beside it, or inside it where that is asked."""
    found, nested = EVENT_BY.get(ask.parts["event"]), ask.flag("with_nested_markets")
    if found is None:
        raise Refusal("not_found")
    beside = [] if nested else [market_told(face.exchange, each) for each in _markets_of(face, found)]
    return reply_json({"event": _event(face, found, nested), "markets": beside})


def markets(face: KalshiSimulator, ask: Ask) -> Reply:
    """List markets by the filters that are given."""
    status, tickers = ask.choice("status", FILTER), ask.several("tickers")
    wanted = {"event": ask.text("event_ticker"), "series": ask.text("series_ticker")}
    spans = {name: ask.span(f"{name}_ts") for name in TIMES}
    kept = [
        (at, each)
        for at, each in enumerate(face.exchange.markets.values())
        if all(ticker in ("", each.facts[name].ticker) for name, ticker in wanted.items())
        and (not tickers or each.symbol in tickers)
        and (not status or each.facts["status"] in FILTER[status])
        and all(span.holds(TIMES[name](each)) for name, span in spans.items())
        and ask.text("mve_filter") != "only"  # combinations are not listed
    ]
    rows, cursor = ask.page(kept)
    return reply_json({"markets": [market_told(face.exchange, each) for each in rows], "cursor": cursor})


def market(face: KalshiSimulator, ask: Ask) -> Reply:
    """Give one market."""
    return reply_json({"market": market_told(face.exchange, find_market(face, ask.parts["ticker"]))})


def fee_changes(face: KalshiSimulator, ask: Ask) -> Reply:
    """List the changes of series' fees to come: none."""
    return reply_json({"series_fee_change_arr": []})


def event_fee_changes(face: KalshiSimulator, ask: Ask) -> Reply:
    """List the changes of events' fees to come: none."""
    return reply_json({"event_fee_changes": [], "cursor": ""})


def find_market(face: KalshiSimulator, ticker: str) -> Market:
    """Find a market. Raises: Refusal."""
    found = face.exchange.markets.get(ticker)
    if found is None:
        raise Refusal("not_found")
    return found


def _series(each: Series) -> dict[str, Any]:
    return {
        "ticker": each.ticker,
        "frequency": "daily",
        "title": each.title,
        "category": each.category,
        "categories": [each.category],
        "tags": [],
        "settlement_sources": SOURCES,
        "contract_url": "https://example.com/contract.pdf",
        "contract_terms_url": "https://example.com/terms.pdf",
        "fee_type": each.fee_type,
        "fee_multiplier": float(each.fee_multiplier),
        "additional_prohibitions": [],
        "exchange_index": each.shard,
    }


def _event(face: KalshiSimulator, each: Event, nested: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "event_ticker": each.ticker,
        "series_ticker": each.series,
        "title": each.title,
        "sub_title": each.ticker.partition("-")[2],
        "collateral_return_type": each.returns,
        "mutually_exclusive": each.returns == "MECNET",
        "category": SERIES_BY[each.series].category,
        "settlement_sources": SOURCES,
        "last_updated_ts": instant(OPENED),
        "exchange_index": SERIES_BY[each.series].shard,
    }
    if each.fee_type:
        told |= {"fee_type_override": each.fee_type, "fee_multiplier_override": float(each.fee_multiplier)}
    if nested:
        told["markets"] = [market_told(face.exchange, market) for market in _markets_of(face, each)]
    return told


def _markets_of(face: KalshiSimulator, event: Event) -> Iterator[Market]:
    return (each for each in face.exchange.markets.values() if each.facts["event"] is event)


def _any_is(face: KalshiSimulator, event: Event, status: str) -> bool:
    return any(each.facts["status"] in FILTER[status] for each in _markets_of(face, event))
