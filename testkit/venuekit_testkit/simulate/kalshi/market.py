"""Kalshi: how one market is told.

Used by `markets.py`, `portfolio.py` and `frames.py`. Prices of YES come from the book; those of NO are a dollar less.
Source: OpenAPI 3.34.0 (`Market`), read 2026-11-21.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from venuekit.units import NANOS_PER_S
from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.kalshi.grid import ranges_told
from venuekit_testkit.simulate.kalshi.listing import CLOSES, OPENED
from venuekit_testkit.simulate.kalshi.shape import ONE, count, dollars, instant

WEEK: Final = 7 * 86_400 * NANOS_PER_S
RULES: Final = "If the outcome is the one of this market, then the market resolves to Yes."


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
    closes = closes_ns(market)
    return {
        "created_time": instant(OPENED - WEEK),
        "updated_time": instant(OPENED),
        "open_time": instant(OPENED - WEEK),
        "close_time": instant(closes),
        "expected_expiration_time": instant(closes),
        "latest_expiration_time": instant(closes + WEEK),
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


def closes_ns(market: Market) -> int:
    """Tell when a market closes."""
    return OPENED if market.facts["listed"].status == "closed" else CLOSES


def best(exchange: Exchange, symbol: str) -> tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]:
    """Give the best bid and ask for YES with their sizes; nothing and a dollar where there is none."""
    book = exchange.books[symbol]
    bids, asks = book.levels("buy"), book.levels("sell")
    return bids[0] if bids else (ZERO, ZERO), asks[0] if asks else (ONE, ZERO)


def open_interest(exchange: Exchange, symbol: str) -> Decimal:
    """Count the contracts that are held."""
    held = (each.positions.get(symbol, ZERO) for each in exchange.accounts.values())
    return sum((qty for qty in held if qty > 0), ZERO)
