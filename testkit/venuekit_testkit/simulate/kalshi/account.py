"""Kalshi: answer what is asked of the exchange itself and of the account's limits.

Used by `routes.py`.
Sources: https://docs.kalshi.com/api-reference/exchange, .../account and OpenAPI 3.34.0, read 2026-11-21.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from venuekit_testkit.simulate.call import Reply, reply_json
from venuekit_testkit.simulate.kalshi.ask import Ask
from venuekit_testkit.simulate.kalshi.budget import COST
from venuekit_testkit.simulate.kalshi.listing import OPENED, SHARDS
from venuekit_testkit.simulate.kalshi.shape import instant

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALL_DAY: Final = [{"open_time": "00:00", "close_time": "00:00"}]
MAINTAINED: Final = [{"open_time": "00:00", "close_time": "03:00"}, {"open_time": "05:00", "close_time": "00:00"}]
OF_ALL: Final = "1970-01-01T00:00:00Z"


def status(face: KalshiSimulator, ask: Ask) -> Reply:
    """Tell whether the exchange and its shards are up and trade."""
    up = {
        "exchange_active": True,
        "trading_active": face.trading_active,
        "intra_exchange_transfers_active": True,
    }
    shards = [{"exchange_index": each, "description": text, **up} for each, text in SHARDS.items()]
    return reply_json({**up, "exchange_estimated_resume_time": None, "exchange_index_statuses": shards})


def schedule(face: KalshiSimulator, ask: Ask) -> Reply:
    """Tell the hours of trading: always but for Thursdays from three to five."""
    hours: dict[str, Any] = {day: MAINTAINED if day == "thursday" else ALL_DAY for day in DAYS}
    weekly = {"start_time": instant(OPENED), "end_time": "2200-12-01T00:00:00Z", **hours}
    return reply_json({"schedule": {"standard_hours": [weekly], "maintenance_windows": []}})


def told_at(face: KalshiSimulator, ask: Ask) -> Reply:
    """Tell of when the account's data are."""
    return reply_json({"as_of_time": instant(face.exchange.now)})


def cutoff(face: KalshiSimulator, ask: Ask) -> Reply:
    """Tell where history begins: nothing is old enough."""
    names = ("market_settled_ts", "trades_created_ts", "orders_updated_ts", "market_positions_last_updated_ts")
    return reply_json(dict.fromkeys(names, OF_ALL))


def limits(face: KalshiSimulator, ask: Ask) -> Reply:
    """Tell the account's budgets."""
    return reply_json(face.budget.told())


def costs(face: KalshiSimulator, ask: Ask) -> Reply:
    """Tell which calls cost other than usual."""
    return reply_json({"default_cost": COST, "endpoint_costs": face.costs_told()})
