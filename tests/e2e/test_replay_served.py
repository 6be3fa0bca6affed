"""Genuine recordings through `sequence serve --market replay:`, with orders of the official client on them.

Each order's fills must be a walk of a book that the venue really showed at some instant of its recording.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from statistics import median_low
from typing import Any, Final

import pytest

from tests.e2e.genuine import (
    DATA,
    GENUINE,
    Plain,
    binance_books,
    could_fill,
    kraken_books,
    write_binance,
    write_kraken,
)
from tests.e2e.serving import Server, serving, until
from tests.e2e.trading import Outcome, finish, held, moves, rest

pytestmark = pytest.mark.skipif(
    not all(path.is_file() for path in GENUINE), reason=f"recorded venue data is not at {DATA}"
)

BINANCE_SPEED: Final = 20  # 199 s become 10
KRAKEN_SPEED: Final = 2  # 31 s become 15


@pytest.fixture(scope="module")
def binance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("binance")
    capture = write_binance(home / "binance.jsonl")
    with serving(home, "--market", f"replay:{capture}", "--speed", str(BINANCE_SPEED), "--loop") as server:
        yield server


@pytest.fixture(scope="module")
def kraken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("kraken")
    capture = write_kraken(home / "kraken.jsonl")
    with serving(home, "--market", f"replay:{capture}", "--speed", str(KRAKEN_SPEED), "--loop") as server:
        yield server


def wait_quote(client: Any, symbol: str) -> Any:
    return until(lambda: client.quote(symbol, depth=50), lambda quote: quote["source"] == "edge_nbbo")


def assert_genuine(done: Outcome, books: Iterable[Plain]) -> None:
    """Prove that at some instant of the recording a walk of the book gives just these fills."""
    fills = [(Decimal(fill["price_1e9"]) / 10**9, Decimal(fill["qty_1e8"]) / 10**8) for fill in reversed(done.fills)]
    buys = done.order["side"] == "BUY"
    assert any(could_fill(asks if buys else bids, fills, best=min if buys else max) for bids, asks in books), fills


@pytest.mark.parametrize(("side", "qty"), [("buy", 0.9), ("sell", 2.5)])
def test_an_order_on_the_genuine_binance_book_is_filled_as_that_book_allows(
    binance: Server, side: str, qty: float
) -> None:
    paper = binance.client()
    wait_quote(paper, "BTC-USDT")
    done = finish(paper, getattr(paper, side)("BTC-USDT", qty))
    assert done.order["filled_qty_1e8"] == int(qty * 10**8 + 0.5)
    assert {fill["venue"] for fill in done.fills} == {"binance"}
    assert_genuine(done, binance_books())


def test_quotes_of_the_genuine_binance_book_are_its_own(binance: Server) -> None:
    quote = wait_quote(binance.client(), "BTC/USDT")
    top = (Decimal(str(quote["nbbo"]["bid"])), Decimal(str(quote["nbbo"]["ask"])))
    assert any((max(bids), min(asks)) == top for bids, asks in binance_books())
    assert 0 < quote["nbbo"]["spread_bps"] < 5


def test_positions_move_by_what_was_traded_on_the_genuine_book(binance: Server) -> None:
    paper = binance.client(binance.live_key)  # a side of the account that the other tests leave alone
    wait_quote(paper, "BTC-USDT")
    finish(paper, paper.buy("BTC-USDT", 0.001))
    before = held(paper)
    done = finish(paper, paper.sell("BTC-USDT", 0.25))
    expected = moves(done.fills)
    after = held(paper)
    for key in (("binance", "BTC"), ("binance", "USDT")):
        assert after[key]["qty_1e8"] - before[key]["qty_1e8"] == expected[key]


def test_a_limit_order_waits_for_the_recorded_market_to_come_to_its_price(binance: Server) -> None:
    paper = binance.client()
    wait_quote(paper, "BTC-USDT")
    limit = median_low(max(bids) for bids, _ in binance_books())  # the market passes it, wherever it is now
    done = finish(paper, paper.buy("BTC-USDT", 0.01, limit_price=float(limit)))
    assert (done.order["status"], done.order["filled_qty_1e8"]) == ("COMPLETED", 1_000_000)
    assert all(fill["price_1e9"] <= limit * 10**9 for fill in done.fills)


@pytest.mark.parametrize(
    ("symbol", "pair", "side", "qty"),
    [
        ("BTC-CHF", "XBT/CHF", "buy", 0.6),
        ("BTC-CHF", "XBT/CHF", "sell", 0.4),
        ("OMG-USD", "OMG/USD", "buy", 250),
        ("OMG-USD", "OMG/USD", "sell", 120),
    ],
)
def test_an_order_on_the_genuine_kraken_book_is_filled_as_that_book_allows(
    kraken: Server, symbol: str, pair: str, side: str, qty: float
) -> None:
    paper = kraken.client()
    wait_quote(paper, symbol)
    done = finish(paper, getattr(paper, side)(symbol, qty, venue="kraken"))
    assert done.order["filled_qty_1e8"] == int(qty * 10**8 + 0.5), done.node
    assert_genuine(done, kraken_books(pair))


def test_a_limit_order_rests_on_the_genuine_kraken_book_and_is_cancelled(kraken: Server) -> None:
    paper = kraken.client()
    bid = wait_quote(paper, "OMG-USD")["nbbo"]["bid"]
    resting = rest(paper, paper.buy("OMG-USD", 10, limit_price=round(bid / 2, 4)))
    assert resting.order["status"] == "ACCEPTED"
    paper.cancel(resting.graph["graph_id"])
    assert finish(paper, resting.graph).order["status"] == "CANCELLED"


def test_one_server_plays_both_venues_and_the_router_takes_each_where_it_is(tmp_path: Path) -> None:
    both = tmp_path / "both.jsonl"
    both.write_text(write_kraken(tmp_path / "k").read_text() + write_binance(tmp_path / "b").read_text())
    with serving(tmp_path, "--market", f"replay:{both}", "--speed", str(KRAKEN_SPEED), "--loop") as server:
        paper = server.client()
        for symbol, venue in (("BTC-USDT", "binance"), ("OMG-USD", "kraken")):
            wait_quote(paper, symbol)
            assert {fill["venue"] for fill in finish(paper, paper.buy(symbol, 5)).fills} == {venue}
        assert {edge["venue"]: edge["status"] for edge in paper.edges()["edges"]} == {
            "binance": "connected",
            "kraken": "connected",
        }
        assert "skipped" not in server.log
