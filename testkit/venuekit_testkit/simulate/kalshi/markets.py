"""Kalshi: answer what is asked of series, events and markets.

Used by `routes.py`. The words of the filter `status` are not those of a market's own `status`: `FILTER` joins them.
Sources: https://docs.kalshi.com/api-reference/market and OpenAPI 3.34.0, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from venuekit.units import NANOS_PER_S
from venuekit_testkit.simulate.call import Reply, reply_json
from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.kalshi.ask import Ask
from venuekit_testkit.simulate.kalshi.errors import Refusal
from venuekit_testkit.simulate.kalshi.grid import ranges_told
from venuekit_testkit.simulate.kalshi.listing import CLOSES, EVENT_BY, EVENTS, OPENED, SERIES, SERIES_BY, Event, Series
from venuekit_testkit.simulate.kalshi.shape import ONE, count, dollars, instant

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator

FILTER: Final = {
    "unopened": ("initialized",),
    "open": ("active",),
    "paused": ("inactive",),
    "closed": ("closed", "determined", "disputed", "amended"),
    "settled": ("finalized",),
}
RULES: Final = "If the outcome is the one of this market, then the market resolves to Yes."
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
    kept = [
        (at, each)
        for at, each in enumerate(face.exchange.markets.values())
        if all(ticker in ("", each.facts[name].ticker) for name, ticker in wanted.items())
        and (not tickers or each.symbol in tickers)
        and (not status or each.facts["status"] in FILTER[status])
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


def market_told(exchange: Exchange, market: Market) -> dict[str, Any]:
    """Tell a market as the venue does."""
    return _names(market) | _times(market) | _quotes(exchange, market) | _end_of(market)


def _names(market: Market) -> dict[str, Any]:
    listed, event = market.facts["listed"], market.facts["event"]
    return {
        "ticker": market.symbol,
        "event_ticker": event.ticker,
        "market_type": listed.kind,
        "title": event.title,
        "subtitle": listed.title,
        "yes_sub_title": listed.title,
        "no_sub_title": listed.title,
        "status": market.facts["status"],
        "price_level_structure": listed.structure,
        "price_ranges": ranges_told(listed.structure),
        "exchange_index": market.facts["shard"],
        "notional_value_dollars": dollars(ONE),
        "liquidity_dollars": dollars(ZERO),  # not in OpenAPI 3.34.0 any more, and kalshi-sdk 22.4.0 insists on it
        "can_close_early": True,
        "is_provisional": False,
        "rules_primary": RULES,
        "rules_secondary": "",
        "settlement_bounds_type": "default",
        "settlement_timer_seconds": listed.timer_s,
        **listed.strikes,
    }


def _times(market: Market) -> dict[str, Any]:
    closes = OPENED if market.facts["status"] == "closed" else CLOSES
    week = 7 * 86_400 * NANOS_PER_S
    return {
        "created_time": instant(OPENED - week),
        "updated_time": instant(OPENED),
        "open_time": instant(OPENED - week),
        "close_time": instant(closes),
        "expected_expiration_time": instant(closes),
        "latest_expiration_time": instant(closes + week),
    }


def _quotes(exchange: Exchange, market: Market) -> dict[str, Any]:
    (bid, bid_qty), (ask, ask_qty) = best(exchange, market.symbol)
    trades = exchange.trades[market.symbol]
    last = trades[-1].execution.px if trades else ZERO
    before = trades[-2].execution.px if len(trades) > 1 else ZERO
    volume = sum((each.execution.qty for each in trades), ZERO)
    return {
        "yes_bid_dollars": dollars(bid),
        "yes_bid_size_fp": count(bid_qty),
        "yes_ask_dollars": dollars(ask),
        "yes_ask_size_fp": count(ask_qty),
        "no_bid_dollars": dollars(ONE - ask),
        "no_ask_dollars": dollars(ONE - bid),
        "last_price_dollars": dollars(last),
        "previous_yes_bid_dollars": dollars(bid),
        "previous_yes_ask_dollars": dollars(ask),
        "previous_price_dollars": dollars(before),
        "volume_fp": count(volume),
        "volume_24h_fp": count(volume),
        "open_interest_fp": count(open_interest(exchange, market.symbol)),
    }


def _end_of(market: Market) -> dict[str, Any]:
    facts = market.facts
    told: dict[str, Any] = {"result": market.result, "expiration_value": ""}
    if "pays" in facts:
        told |= {"settlement_value_dollars": dollars(facts["pays"]), "expiration_value": dollars(facts["pays"])}
    if "settled_ns" in facts:
        told["settlement_ts"] = instant(facts["settled_ns"])
    return told


def best(exchange: Exchange, symbol: str) -> tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]:
    """Give the best bid and ask for YES with their sizes; nothing and a dollar where there is none."""
    book = exchange.books[symbol]
    bids, asks = book.levels("buy"), book.levels("sell")
    return bids[0] if bids else (ZERO, ZERO), asks[0] if asks else (ONE, ZERO)


def open_interest(exchange: Exchange, symbol: str) -> Decimal:
    """Count the contracts that are held."""
    held = (each.positions.get(symbol, ZERO) for each in exchange.accounts.values())
    return sum((qty for qty in held if qty > 0), ZERO)


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
