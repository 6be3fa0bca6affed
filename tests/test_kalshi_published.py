"""Every payload of Kalshi that others published or recorded: read to the digit, or refused for what it lacks.

What a payload is, its shape tells and not its file, so one that is added is walked too. Those of endpoints that we do
not call have no shape here and are counted. Most payloads are of dead APIs, or fragments made by hand: each of these
must be refused, and `LACKS` says why for the field that is missing. The collection is no part of this repository;
without it, all is skipped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.importers.kalshi import NOW, VENUE, answer, list_market, make_order
from tests.importers.published import ROOT, Payload, read_payloads, scaled_px, scaled_qty
from venuekit.errors import OutcomeUnknown, Refused, TradeError
from venuekit.instrument import Instrument
from venuekit.market import BookDelta, TradePrint
from venuekit.order import OpenOrder, OrderId
from venuekit.side import Side
from venuekit.units import Nanos, Px, parse_qty
from venuekit.wire import Response
from venuekit_kalshi.answers import read
from venuekit_kalshi.wire import SeriesList
from venuekit_testkit.play import play

Check = Callable[[Any], None]

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason=f"recorded venue data is not at {ROOT}")

# Why an answer without this field must not be read.
LACKS: Final[Mapping[str, str]] = {
    "orderbook_fp": "whole cents and whole contracts, dead since 2026-03-12",
    "yes_dollars_fp": "a snapshot under the names of an earlier API, whose units differ",
    "count_fp": "whole contracts, dead since 2026-03-12, or a fragment",
    "fill_count": "the first order API, which answers 410",
    "ts_ms": "the first order API, which answers 410",
    "fill_count_fp": "whole contracts, dead since 2026-03-12, or a fragment",
    "yes_price_dollars": "a fragment",
    "book_side": "before the sides of the book were told, or a fragment",
    "taker_book_side": "before the sides of the book were told, or a fragment",
    "balance_dollars": "before it was told beside the cents",
    "event_ticker": "a fragment",
    "series_ticker": "a fragment",
    "market_ticker": "a fragment",
    "reduced_by": "a fragment, as a client reads it",
}

ORDER_FIELDS: Final = frozenset((
    "order_id", "ticker", "status", "book_side", "yes_price_dollars", "initial_count_fp", "remaining_count_fp",
    "fill_count_fp",
))  # fmt: skip
FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "order": ORDER_FIELDS,
    "fill": frozenset(("trade_id", "order_id", "ticker", "book_side", "count_fp", "yes_price_dollars", "fee_cost")),
    "trade": frozenset(("trade_id", "ticker", "count_fp", "yes_price_dollars", "taker_book_side", "created_time")),
    "market": frozenset(("ticker", "event_ticker", "status")),
    "event": frozenset(("event_ticker", "series_ticker")),
    "account": frozenset(("balance", "balance_dollars")),
    "position": frozenset(("ticker", "position_fp")),
    "book": frozenset(("orderbook_fp",)),
    "changed": frozenset(("order_id", "ts_ms")),
    "placed": frozenset(("order_id", "fill_count", "remaining_count", "ts_ms")),
    "taken": frozenset(("order_id", "reduced_by")),
    "series": frozenset(("ticker", "fee_type", "fee_multiplier")),
    "error": frozenset(("code",)),
    "orderbook_snapshot": frozenset(("market_ticker", "yes_dollars_fp")),
    "orderbook_delta": frozenset(("market_ticker", "price_dollars", "delta_fp", "side")),
    "trade frame": frozenset(("trade_id", "market_ticker", "yes_price_dollars", "count_fp", "taker_book_side")),
    "fill frame": frozenset(("trade_id", "order_id", "market_ticker", "book_side", "count_fp", "yes_price_dollars")),
    "user_orders": ORDER_FIELDS | {"created_ts_ms"},
}


def read_all() -> Iterator[Payload]:
    """Give every payload; a file that keeps several, or wraps one, is unfolded."""
    for path in sorted(ROOT.glob("kalshi/*/*.json")):
        source = f"{path.parent.name}/{path.name}"
        for text in _unfold(json.loads(path.read_text())):
            yield Payload(source, json.dumps(text))
    yield from read_payloads("kalshi/*/*.jsonl")


def _unfold(told: Any) -> list[Any]:
    if isinstance(told, list):
        # Events of another client, with the venue's own market in each; or the venue's markets.
        inside = [{"market": market["info"]} for each in told for market in each.get("markets", [])]
        return inside or [{"markets": told}]
    if "methods" in told:
        return [case["httpResponse"] for cases in told["methods"].values() for case in cases if "httpResponse" in case]
    return [told["response"]]


# ── what a payload is ──


def rows_of(told: Any) -> tuple[str, list[Any]]:
    """Name what a payload is made of, and give these; "" for what we never ask for."""
    if not isinstance(told, dict):
        return "", []
    if "type" in told and "msg" in told:
        name = FRAMES.get(told["type"], "")
        return name, [told["msg"]] if name else []
    for key, name in LISTS:
        if key in told:
            return name, told[key] or []
    for key, name in SINGLES:
        if key in told:
            return name, [told if name in WHOLE else told[key]]
    return "", []


FRAMES: Final = {
    "orderbook_snapshot": "orderbook_snapshot",
    "orderbook_delta": "orderbook_delta",
    "trade": "trade frame",
    "fill": "fill frame",
    "user_orders": "user_orders",
    "user_order": "user_orders",
}
LISTS: Final = (
    ("fills", "fill"),
    ("trades", "trade"),
    ("events", "event"),
    ("market_positions", "position"),
)
SINGLES: Final = (
    ("old_order", "changed"),
    ("order", "order"),
    ("event", "event"),
    ("market", "market"),
    ("orderbook", "book"),
    ("orderbook_fp", "book"),
    ("balance_dollars", "account"),
    ("portfolio_value", "account"),
    ("error", "error"),
)
WHOLE: Final = ("changed", "book", "account")  # one row is the whole answer


def split_rows(told: Any) -> tuple[str, list[Any]]:
    """Tell the lists apart whose rows are of several kinds."""
    if isinstance(told, dict) and "type" not in told:
        orders, markets, series = told.get("orders"), told.get("markets"), told.get("series")
        if isinstance(orders, list) and orders and isinstance(orders[0], dict):
            return _order_kind(orders[0]), orders
        if isinstance(markets, list) and "event" not in told and all("market_ticker" not in each for each in markets):
            return "market", markets
        if series is not None:
            return "series", series if isinstance(series, list) else [series]
    return rows_of(told)


def _order_kind(row: Any) -> str:
    if "reduced_by" in row:
        return "taken"
    return "placed" if "order" in row else "order"


# ── what must be read of it ──


def check_order(row: Any) -> None:
    [report] = play(VENUE.open_orders(None, NOW), answer({"orders": [row], "cursor": ""}))
    assert (report.venue_id, report.venue_symbol) == (row["order_id"], row["ticker"])
    assert (report.px, report.filled) == (scaled_px(row["yes_price_dollars"]), scaled_qty(row["fill_count_fp"]))


def check_fill(row: Any) -> None:
    [fill] = play(
        VENUE.fills(list_market(row.get("ticker", "T"))[0], Nanos(0), NOW), answer({"fills": [row], "cursor": ""})
    )
    assert (fill.px, fill.qty) == (scaled_px(row["yes_price_dollars"]), scaled_qty(row["count_fp"]))


def check_trade(row: Any) -> None:
    for each, px in zip(list_market(row.get("ticker", "T")), ("yes_price_dollars", "no_price_dollars"), strict=True):
        [trade] = play(VENUE.trades(each, 9), answer({"trades": [row], "cursor": ""}))
        assert (trade.trade_id, trade.px, trade.qty) == (
            row["trade_id"],
            scaled_px(row[px]),
            scaled_qty(row["count_fp"]),
        )


def check_market(row: Any) -> None:
    check_event({"event_ticker": "E", "series_ticker": "S", "markets": [row]})


def check_event(row: Any) -> None:
    none: dict[str, Any] = {"series": [], "events": [], "cursor": ""}
    listed = play(
        VENUE.instruments(), answer(none), answer(none), answer({"events": [row], "cursor": ""}), answer(none)
    )
    assert len(listed) == 2 * len(row.get("markets") or [])
    for each, market in zip(listed[::2], row.get("markets") or [], strict=True):
        assert (each.venue_symbol, each.untradable == "") == (market["ticker"], _is_tradable(market))
        for told in market.get("price_ranges") or []:
            _check_range(each, told)


def _is_tradable(market: Any) -> bool:
    return market["status"] == "active" and bool(market.get("price_ranges"))


def _check_range(each: Instrument, told: Any) -> None:
    start, end, step = (Decimal(told[name]) for name in ("start", "end", "step"))
    for number in range(int((end - start) / step) + 1):
        px = Px(scaled_px(start + number * step))
        assert each.has_px(px) is (0 < px < 10**9)
        assert not each.has_px(Px(px + scaled_px(step) // 2))


def check_position(row: Any) -> None:
    told = {"realized_pnl_dollars": "0", "fees_paid_dollars": "0", **row}
    [held] = play(VENUE.positions(NOW), answer({"market_positions": [told], "cursor": ""}))
    assert (held.qty, held.realized) == (scaled_qty(row["position_fp"]), scaled_px(told["realized_pnl_dollars"]))


def check_account(row: Any) -> None:
    [held] = play(VENUE.balances(NOW), answer(row))
    assert held.free == scaled_qty(row["balance_dollars"])


def check_book(row: Any) -> None:
    yes, no = (play(VENUE.book(each, 0), answer(row)) for each in list_market("T"))
    for book, own, other in ((yes, "yes_dollars", "no_dollars"), (no, "no_dollars", "yes_dollars")):
        bids = [(scaled_px(px), scaled_qty(qty)) for px, qty in row["orderbook_fp"][own]]
        asks = [(10**9 - scaled_px(px), scaled_qty(qty)) for px, qty in row["orderbook_fp"][other]]
        assert (book.bids, book.asks) == (sorted(bids, reverse=True), sorted(asks))


def check_taken(row: Any) -> None:
    order = OrderId(list_market("T")[0], "a", row["order_id"])
    [item] = play(VENUE.cancel_batch([order], NOW), answer({"orders": [row]}))
    assert isinstance(item, Refused) is bool(row.get("error"))
    if isinstance(item, Refused):
        assert (item.code, item.message) == (
            row["error"]["code"],
            f"{row['error']['message']}: {row['error']['details']}",
        )


def check_placed(row: Any) -> None:
    order = make_order(row.get("ticker", "T"), Side.BUY, "0.5", "1")
    [item] = play(VENUE.batch([order], NOW), answer({"orders": [row]}))
    if isinstance(item, TradeError):
        raise item


def check_changed(row: Any) -> None:
    terms = make_order("T", Side.BUY, "0.5", "5")
    order = OpenOrder(OrderId(terms.instrument, "a", row["order"]["order_id"]), terms)
    play(VENUE.decrease(order, parse_qty("4"), NOW), answer(row))


def check_series(row: Any) -> None:
    [series] = read(answer({"series": [row]}), SeriesList, lambda told: told.series or [])
    assert (series.ticker, series.fee_type, series.fee_multiplier) == (
        row["ticker"],
        row["fee_type"],
        row["fee_multiplier"],
    )


def check_error(row: Any) -> None:
    with pytest.raises(Refused) as caught:
        play(VENUE.balances(NOW), Response(400, json.dumps({"error": row}).encode()))
    assert caught.value.code == row["code"]


def feed_frame(kind: str, msg: Any, before: Any = None) -> list[Any]:
    feed = VENUE.feed(list_market(msg.get("market_ticker", "T")))
    feed.opened(NOW)
    frames: list[tuple[str, int | None, Any]] = [("subscribed", None, {"channel": "orderbook_delta", "sid": 7})]
    frames += [("orderbook_snapshot", 1, before)] if before else []
    for type_, seq, body in [*frames, (kind, 2, msg)]:
        told = feed.receive(json.dumps({"type": type_, "sid": 7, "seq": seq, "msg": body}, default=str), NOW)
    return told


def check_snapshot(msg: Any) -> None:
    [yes, _] = feed_frame("orderbook_snapshot", msg)
    assert yes.bids == [(scaled_px(px), scaled_qty(qty)) for px, qty in msg["yes_dollars_fp"]]


def check_delta(msg: Any) -> None:
    # With `use_yes_price` both sides are told in prices of YES, so any side may stand at any price.
    level = [[msg["price_dollars"], "1000.00"]]
    before = {"market_ticker": msg["market_ticker"], f"{msg['side']}_dollars_fp": level}
    [yes, _] = feed_frame("orderbook_delta", msg, before)
    assert isinstance(yes, BookDelta)
    rests = scaled_qty("1000") + scaled_qty(msg["delta_fp"])
    assert (yes.bids or yes.asks) == [(scaled_px(msg["price_dollars"]), rests)]


def check_trade_frame(msg: Any) -> None:
    [yes, _] = feed_frame("trade", msg)
    assert isinstance(yes, TradePrint)
    assert (yes.px, yes.qty) == (scaled_px(msg["yes_price_dollars"]), scaled_qty(msg["count_fp"]))


def check_account_frame(kind: str, msg: Any) -> None:
    account = VENUE.account_feed([])
    account.opened(NOW)
    [told] = account.receive(json.dumps({"type": kind, "sid": 1, "msg": msg}, default=str), NOW)
    assert told


CHECKS: Final[Mapping[str, Check]] = {
    "order": check_order,
    "fill": check_fill,
    "trade": check_trade,
    "market": check_market,
    "event": check_event,
    "account": check_account,
    "position": check_position,
    "book": check_book,
    "changed": check_changed,
    "placed": check_placed,
    "taken": check_taken,
    "series": check_series,
    "error": check_error,
    "orderbook_snapshot": check_snapshot,
    "orderbook_delta": check_delta,
    "trade frame": check_trade_frame,
    "fill frame": lambda msg: check_account_frame("fill", msg),
    "user_orders": lambda msg: check_account_frame("user_order", msg),
}
REFUSED: Final = "refused"
# At least so many rows are read to the digit, and so many refused.
READ: Final = Counter({
    "book": 6, "error": 1, "event": 11, "market": 10, "orderbook_delta": 6, "position": 2, "series": 41, "taken": 2,
    "book, refused": 1, "changed, refused": 8, "fill, refused": 12, "order, refused": 38, "trade, refused": 12,
    "orderbook_snapshot, refused": 6, "placed, refused": 2, "user_orders, refused": 3,
})  # fmt: skip


def walk(payload: Payload, counts: Counter[str]) -> None:
    """Check every row of a payload; one that lacks a field must be refused, and `LACKS` must say why."""
    name, rows = split_rows(payload.parse())
    counts["of no shape of ours"] += not name
    for row in rows:
        missing = FIELDS[name] - {field for field, value in row.items() if value is not None}
        if not missing:
            CHECKS[name](row)
            counts[name] += 1
            continue
        assert missing & set(LACKS), f"{payload.source}: no reason is given for a {name} without {sorted(missing)}"
        with pytest.raises((OutcomeUnknown, ValueError)):
            CHECKS[name](row)
        counts[f"{name}, {REFUSED}"] += 1


def test_every_published_payload_is_read_to_the_digit_or_refused_for_what_it_lacks() -> None:
    counts: Counter[str] = Counter()
    for payload in read_all():
        walk(payload, counts)
    assert counts >= READ
