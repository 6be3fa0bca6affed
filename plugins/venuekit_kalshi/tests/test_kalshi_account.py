"""The account's stream: orders and trades of every market, in the terms of YES."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from venuekit.errors import NotSent
from venuekit.fill import Fill, Liquidity
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.market import Gap
from venuekit.order import OrderReport
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Nanos, parse_px, parse_qty, parse_usd
from venuekit.venue import AccountFeed, Reconnect, Send
from venuekit_kalshi.venue import Kalshi

MakeAnswer = Callable[..., dict[str, Any]]
NOW = Nanos(1_763_700_000_123_000_000)
TICKER = "KXTEST-26NOV21-T1"


@pytest.fixture
def account(venue: Kalshi) -> AccountFeed:
    made = venue.account_feed([])
    made.opened(NOW)
    return made


def told(account: AccountFeed, kind: str, msg: dict[str, Any]) -> list[Any]:
    return account.receive(json.dumps({"type": kind, "sid": 1, "msg": msg}), NOW)


def fill(**changes: Any) -> dict[str, Any]:
    msg = {
        "trade_id": "t-1",
        "order_id": "v-1",
        "client_order_id": "my-cid_1",
        "market_ticker": TICKER,
        "exchange_index": 0,
        "is_taker": True,
        "yes_price_dollars": "0.3000",
        "count_fp": "2.50",
        "fee_cost": "0.0368",
        "post_position_fp": "-2.50",
        "outcome_side": "no",
        "book_side": "ask",
        "ts_ms": 5,
    }
    return {**msg, **changes}


def test_orders_and_trades_of_all_markets_are_subscribed(account: AccountFeed) -> None:
    [command] = account.pending()
    assert isinstance(command, Send)
    assert json.loads(command.frame) == {"id": 1, "cmd": "subscribe", "params": {"channels": ["user_orders", "fill"]}}
    assert account.pending() == []
    assert account.handshake(NOW)[0][0] == "KALSHI-ACCESS-KEY"


def test_without_keys_the_account_has_no_stream() -> None:
    with pytest.raises(NotSent):
        Kalshi().account_feed([]).handshake(NOW)


@pytest.mark.parametrize("kind", ["user_order", "user_orders"])
def test_an_order_is_told_as_it_stands(account: AccountFeed, make_answer: MakeAnswer, kind: str) -> None:
    msg = make_answer(fill_count_fp="4.00", remaining_count_fp="6.00", created_ts_ms=5, last_updated_ts_ms=9)
    [report] = told(account, kind, msg)
    assert isinstance(report, OrderReport)
    assert (report.client_id, report.venue_id, report.venue_symbol) == ("my-cid_1", "v-1", TICKER)
    assert (report.side, report.px, report.state) == (Side.BUY, parse_px("0.56"), OrderState.PARTIAL)
    assert (report.qty, report.filled, report.ts) == (parse_qty("10"), parse_qty("4"), 9_000_000)


def test_an_order_that_the_venue_does_not_know_is_to_be_asked_for(
    account: AccountFeed, make_answer: MakeAnswer
) -> None:
    [gap] = told(account, "user_order", make_answer(status="unknown", created_ts_ms=5))
    assert isinstance(gap, Gap)
    assert (gap.symbol, "v-1" in gap.reason) == ("", True)


def test_a_fill_has_our_own_id_and_is_mirrored_for_no(account: AccountFeed, venue: Kalshi, no: Instrument) -> None:
    [made] = told(account, "fill", fill())
    assert isinstance(made, Fill)
    assert (made.trade_id, made.client_id, made.venue_id) == ("t-1", "my-cid_1", "v-1")
    assert (made.side, made.px, made.qty) == (Side.SELL, parse_px("0.3"), parse_qty("2.5"))
    assert (made.fee, made.fee_asset, made.liquidity, made.ts) == (
        parse_usd("0.0368"),
        "USD",
        Liquidity.TAKER,
        5_000_000,
    )
    mine = venue.restate(made, no)
    assert (mine.side, mine.px) == (Side.BUY, parse_px("0.7"))


@pytest.mark.parametrize("changes", [{"yes_price_dollars": "0.0000"}, {"book_side": "yes"}, {"count_fp": "0.00"}])
def test_a_fill_that_makes_no_sense_is_not_read(account: AccountFeed, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"price|side|quantity"):
        told(account, "fill", fill(**changes))


@pytest.mark.parametrize("code", [9, 10, 18, 25, 27])
def test_a_dead_subscription_is_a_gap_and_a_new_connection(account: AccountFeed, code: int) -> None:
    [gap] = told(account, "error", {"code": code, "msg": "over"})
    assert isinstance(gap, Gap)
    assert gap.symbol == ""
    assert [type(each) for each in account.pending()] == [Reconnect]


def test_an_error_of_our_command_is_reported(account: AccountFeed) -> None:
    with pytest.raises(ValueError, match="Unknown channel"):
        told(account, "error", {"code": 8, "msg": "Unknown channel name"})


def test_a_subscription_that_is_not_answered_is_given_up_once(account: AccountFeed) -> None:
    account.opened(NOW)
    account.pending()
    account.beat(Nanos(NOW + 10 * NANOS_PER_S - 1))
    assert account.pending() == []
    account.beat(Nanos(NOW + 10 * NANOS_PER_S))
    account.beat(Nanos(NOW + 11 * NANOS_PER_S))
    assert [type(each) for each in account.pending()] == [Reconnect]


def test_a_subscription_that_is_answered_is_kept(account: AccountFeed) -> None:
    account.opened(NOW)
    account.pending()
    assert told(account, "subscribed", {"channel": "fill", "sid": 2}) == []
    account.beat(Nanos(NOW + 60 * NANOS_PER_S))
    assert account.pending() == []


def test_an_answer_gives_nothing_and_an_unknown_frame_may_be_an_order(account: AccountFeed) -> None:
    assert told(account, "subscribed", {"channel": "fill", "sid": 2}) == []
    for frame in ('{"type":"","msg":{}}', '{"type":' * 100_000, "[]"):
        with pytest.raises(ValueError):
            account.receive(frame, NOW)
