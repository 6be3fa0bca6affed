"""Kalshi: answer what is asked of our money, positions and settlements.

Used by `routes.py`. Money sits on shards and is told in whole cents and exactly; a position is netted, negative for NO.
Sources: https://docs.kalshi.com/api-reference/portfolio and OpenAPI 3.34.0, read 2026-11-21.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from venuekit_testkit.simulate.call import Reply, reply_json
from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.kalshi.ask import Ask
from venuekit_testkit.simulate.kalshi.ledger import Ledger
from venuekit_testkit.simulate.kalshi.listing import SHARDS, cash
from venuekit_testkit.simulate.kalshi.market import best
from venuekit_testkit.simulate.kalshi.settlement import Settled
from venuekit_testkit.simulate.kalshi.shape import ONE, cents, count, dollars, instant, seconds

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator

COUNTED = ("position", "total_traded")
HELD_WORDS = ("unsettled", "settled", "all")


def balance(face: KalshiSimulator, ask: Ask) -> Reply:
    """Tell the money that is free, by shard and in all, and what positions are worth."""
    shard = ask.number("exchange_index")
    shards = [each for each in SHARDS if shard in (None, each)]
    free = {each: face.exchange.accounts[ME].assets[cash(each)].free for each in shards}
    total, worth = sum(free.values(), ZERO), sum((_worth(face, each) for each in _markets(face, shards)), ZERO)
    return reply_json(
        {
            "balance": cents(total),
            "balance_dollars": dollars(total),
            "portfolio_value": cents(worth),
            "updated_ts": seconds(face.exchange.now),
            "balance_breakdown": [{"exchange_index": each, "balance": dollars(free[each])} for each in shards],
        }
    )


def resting_value(face: KalshiSimulator, ask: Ask) -> Reply:
    """Tell the money that resting orders hold."""
    locked = {each: face.exchange.accounts[ME].assets[cash(each)].locked for each in SHARDS}
    return reply_json(
        {
            "total_resting_order_value": cents(sum(locked.values(), ZERO)),
            "resting_order_value_breakdown": [
                {"exchange_index": each, "balance": dollars(amount)} for each, amount in locked.items()
            ],
        }
    )


def positions(face: KalshiSimulator, ask: Ask) -> Reply:
    """List positions by market and by event; those of markets that have settled only where they are asked for."""
    status = ask.choice("settlement_status", HELD_WORDS) or "unsettled"
    stale, fields = face.faults.take(Fault.STALE_READ, "positions"), ask.choices("count_filter", COUNTED)
    kept = [
        (at, (market, face.settlements.ledger(market.symbol, stale=stale)))
        for at, market in enumerate(_traded(face, ask))
        if status in ("all", "settled" if face.settlements.paid_by(market.symbol) else "unsettled")
    ]
    rows, cursor = ask.page([row for row in kept if _counts(row[1][1], fields)])
    told = {"market_positions": [_position(*each) for each in rows], "event_positions": _by_event(rows)}
    return reply_json({**told, "cursor": cursor})


def settlements(face: KalshiSimulator, ask: Ask) -> Reply:
    """List what markets paid us, the newest first."""
    event, span = ask.text("event_ticker"), ask.span()
    kept = [
        (-at, each)
        for at, each in reversed(list(enumerate(face.settlements.rows)))
        if ask.text("ticker") in ("", each.market.symbol)
        and event in ("", each.market.facts["event"].ticker)
        and span.holds(each.at)
    ]
    rows, cursor = ask.page(kept)
    return reply_json({"settlements": [_settlement(each) for each in rows], "cursor": cursor})


def _markets(face: KalshiSimulator, shards: list[int]) -> list[Market]:
    return [each for each in face.exchange.markets.values() if each.facts["shard"] in shards]


def _worth(face: KalshiSimulator, market: Market) -> Decimal:
    """Value a position at the best price that somebody pays for it now."""
    held = face.exchange.accounts[ME].positions.get(market.symbol, ZERO)
    (bid, _), (offer, _) = best(face.exchange, market.symbol)
    return held * bid if held > 0 else -held * (ONE - offer)


def _traded(face: KalshiSimulator, ask: Ask) -> list[Market]:
    return [
        each
        for each in face.exchange.markets.values()
        if ask.text("ticker") in ("", each.symbol)
        and ask.text("event_ticker") in ("", each.facts["event"].ticker)
        and face.exchange.executions(each.symbol)
    ]


def _counts(ledger: Ledger, fields: list[str]) -> bool:
    """Tell whether any of the named fields is not zero; without names all count."""
    values = {"position": ledger.held, "total_traded": ledger.traded}
    return not fields or any(values[each] for each in fields)


def _position(market: Market, ledger: Ledger) -> dict[str, Any]:
    return {
        "ticker": market.symbol,
        "exchange_index": market.facts["shard"],
        "position_fp": count(ledger.held),
        "market_exposure_dollars": dollars(ledger.cost),
        "total_traded_dollars": dollars(ledger.traded),
        "realized_pnl_dollars": dollars(ledger.realized),
        "fees_paid_dollars": dollars(ledger.fees),
        "last_updated_ts": instant(ledger.updated_ns),
    }


def _by_event(rows: list[tuple[Market, Ledger]]) -> list[dict[str, Any]]:
    names = dict.fromkeys(market.facts["event"].ticker for market, _ in rows)
    return [
        _event_position(name, [each for market, each in rows if market.facts["event"].ticker == name]) for name in names
    ]


def _event_position(name: str, ledgers: list[Ledger]) -> dict[str, Any]:
    return {
        "event_ticker": name,
        "total_cost_dollars": dollars(sum((each.traded for each in ledgers), ZERO)),
        "total_cost_shares_fp": count(sum((each.volume for each in ledgers), ZERO)),
        "event_exposure_dollars": dollars(sum((each.cost for each in ledgers), ZERO)),
        "realized_pnl_dollars": dollars(sum((each.realized for each in ledgers), ZERO)),
        "fees_paid_dollars": dollars(sum((each.fees for each in ledgers), ZERO)),
    }


def _settlement(each: Settled) -> dict[str, Any]:
    held, cost = each.ledger.held, each.ledger.cost
    return {
        "ticker": each.market.symbol,
        "exchange_index": each.market.facts["shard"],
        "event_ticker": each.market.facts["event"].ticker,
        "market_result": each.market.result,
        "yes_count_fp": count(max(ZERO, held)),
        "yes_total_cost_dollars": dollars(cost if held > 0 else ZERO),
        "no_count_fp": count(max(ZERO, -held)),
        "no_total_cost_dollars": dollars(cost if held < 0 else ZERO),
        "revenue": cents(each.paid),
        "value": cents(each.pays),
        "fee_cost": dollars(each.ledger.fees),
        "settled_time": instant(each.at),
    }
