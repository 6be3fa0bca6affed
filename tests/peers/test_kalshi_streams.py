"""kalshi-sdk, the one client of Kalshi with streams, follows them: books, fills and orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from tests.peers.desk import only
from tests.peers.kalshi_desk import KalshiDesk
from tests.peers.kalshi_words import reports
from venuekit_testkit.simulate.fault import Fault

D: Final = Decimal


@only("kalshi", "kalshi_sdk")
async def test_the_book_stream_keeps_the_book(kalshi: KalshiDesk) -> None:
    await kalshi.do("watch_book", ticker=kalshi.ticker)
    await kalshi.place()
    await kalshi.until("book", kalshi.holds_the_book)


@only("kalshi", "kalshi_sdk")
async def test_after_a_lost_frame_the_client_asks_anew(kalshi: KalshiDesk) -> None:
    await kalshi.do("watch_book", ticker=kalshi.ticker)
    await kalshi.until("book", kalshi.holds_the_book)
    kalshi.plan(Fault.GAP, "book")
    await kalshi.place()
    kalshi.exchange.stir(kalshi.ticker)
    await kalshi.until("book", kalshi.holds_the_book, may_warn=True)
    assert kalshi.server.simulator.faults.left == []


@only("kalshi", "kalshi_sdk")
async def test_after_the_line_was_cut_the_client_comes_back(kalshi: KalshiDesk) -> None:
    await kalshi.do("watch_book", ticker=kalshi.ticker)
    await kalshi.until("book", kalshi.holds_the_book)
    kalshi.server.simulator.hang_up()
    placed = await kalshi.ask("place", **kalshi.order())  # it may complain of the line meanwhile
    assert placed.error is None, placed.error
    await kalshi.until("book", kalshi.holds_the_book, may_warn=True)


@only("kalshi", "kalshi_sdk")
async def test_the_account_stream_tells_each_step(kalshi: KalshiDesk) -> None:
    await kalshi.do("watch_account")
    placed = await kalshi.place()
    kalshi.exchange.fill(kalshi.really("peer-1"), D(2))
    await kalshi.do("cancel", order_id=placed.id, ticker=kalshi.ticker)
    steps = [("open", D(0)), ("open", D(2)), ("cancelled", D(2))]

    def are_there(events: list[Any]) -> bool:
        return [(each.state, each.filled) for each in reports(events)] == steps

    await kalshi.until("orders", are_there)
    (fill,) = [kalshi.words.fill(event["msg"]) for event in await kalshi.until("fills", bool)]
    (execution,) = kalshi.really("peer-1").executions
    assert fill == (placed.id, execution.px, D(2), execution.fee, True)
