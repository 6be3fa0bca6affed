"""What people read off results: exact decimals over the integers of the wire."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from tests.sdk_server import FILL, ORDER, POSITION, PREVIEW, QUOTE, STATUS
from venuekit_sdk.result.account import ApiKey
from venuekit_sdk.result.cost import Preview
from venuekit_sdk.result.graph import GraphStatus, NodeStatus
from venuekit_sdk.result.order import Fill, Order
from venuekit_sdk.result.position import Position
from venuekit_sdk.result.quote import BatchQuote, Quote


def test_an_order_is_read_in_human_units() -> None:
    order = msgspec.convert(ORDER, Order)
    assert (order.qty, order.filled_qty, order.avg_px) == (Decimal(4), Decimal(1), Decimal(100))
    assert order.fill_pct == 25.0
    assert not order.is_terminal


@pytest.mark.parametrize("status", ["FILLED", "COMPLETED", "CANCELLED", "REJECTED", "FAILED"])
def test_an_order_that_ended_is_terminal(status: str) -> None:
    assert msgspec.convert(ORDER | {"status": status}, Order).is_terminal


@pytest.mark.parametrize("status", ["NEW", "PENDING", "ACCEPTED", "PARTIAL"])
def test_an_order_that_works_is_not_terminal(status: str) -> None:
    assert not msgspec.convert(ORDER | {"status": status}, Order).is_terminal


def test_a_graph_tells_its_end_and_its_reason() -> None:
    done = msgspec.convert(STATUS, GraphStatus)
    assert done.is_terminal
    assert not done.is_refused
    failed = GraphStatus("g", "failed", nodes={"order": NodeStatus("rejected", reason="INSUFFICIENT_BALANCE")})
    assert (failed.is_terminal, failed.is_refused, failed.reason) == (True, True, "INSUFFICIENT_BALANCE")
    assert not GraphStatus("g", "cancelled").is_refused
    assert not GraphStatus("g", "paused").is_terminal


def test_a_node_without_a_target_is_filled_by_nothing() -> None:
    assert NodeStatus("pending").fill_pct == 0.0


def test_a_fill_a_leg_and_a_position_are_exact() -> None:
    fill, leg = msgspec.convert(FILL, Fill), msgspec.convert(PREVIEW, Preview).legs[0]
    assert (fill.qty, fill.px, fill.fee) == (Decimal(1), Decimal(100), Decimal("0.1"))
    assert (leg.qty, leg.avg_px, leg.limit_px) == (Decimal(1), Decimal(101), Decimal(102))
    position = msgspec.convert(POSITION, Position)
    assert (position.kind, position.name, position.qty, position.value) == ("crypto", "BTC", Decimal(2), Decimal(200))


def test_an_event_contract_is_named_with_its_outcome() -> None:
    instrument = {"kind": "event_contract", "market_slug": "rain", "outcome": "YES"}
    assert msgspec.convert(POSITION | {"instrument": instrument}, Position).name == "rain:YES"


def test_a_short_position_is_negative() -> None:
    assert msgspec.convert(POSITION | {"qty_1e8": -150_000_000}, Position).qty == Decimal("-1.5")


def test_a_view_prints_without_trailing_zeros() -> None:
    assert str(msgspec.convert(ORDER | {"qty_1e8": 10**10}, Order).qty) == "100"


def test_a_crossed_market_is_told() -> None:
    crossed = QUOTE | {"nbbo": {"bid": 102.0, "ask": 101.0, "mid": 0.0, "spread_bps": 0.0}}
    assert msgspec.convert(crossed, Quote).is_crossed
    assert not msgspec.convert(QUOTE, Quote).is_crossed


def test_a_batch_tells_quotes_from_faults() -> None:
    assert msgspec.convert(QUOTE, BatchQuote).is_quoted
    assert not BatchQuote("NO-PE", error="unknown").is_quoted


def test_a_new_key_is_shown_by_its_field_only() -> None:
    key = ApiKey("k1", key="seq_live_secret")
    assert key.key == "seq_live_secret"
    assert "secret" not in f"{key!r}{key}{key.__rich_repr__()}"
