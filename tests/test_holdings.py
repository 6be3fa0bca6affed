"""Holdings as the store keeps them and as clients see them."""

from __future__ import annotations

from typing import Any

from tests.parts.market import NOW, HandMarket, instrument
from venuekit.fill import Fill
from venuekit.side import Side
from venuekit.units import PX_SCALE, Nanos, parse_px, parse_qty, parse_usd
from venuekit_engine.answer import Positions
from venuekit_engine.ledger.holding import Holding
from venuekit_engine.ledger.ledger import PAPER_CASH, Ledger
from venuekit_engine.ledger.view import view_positions

AT = Nanos(NOW)


def books(*, play: bool = False) -> Ledger:
    market = HandMarket()
    market.put([("99", "1")], [("101", "1")])
    market.put([("2", "1")], [("2", "1")], symbol="EUR-USD")
    market.put([("1.9", "1")], [("2.1", "1")], symbol="EUR-USD")
    return Ledger(market.hub, play=play)


def shown(ledger: Ledger, sandbox: bool = False, **asked: Any) -> Positions:
    wanted = {"venues": None, "kinds": None, "include_closed": False} | asked
    return view_positions(ledger.holdings("c", sandbox), lambda asset: ledger.usd(asset, AT), AT, **wanted)


def test_a_holding_that_is_read_back_is_the_same() -> None:
    holding = Holding(1, "c", False, "alpha", "BTC")
    holding.move(parse_qty("2"), parse_px("100"), AT)
    holding.move(parse_qty("-1"), parse_px("120"), AT)
    holding.charge(parse_qty("0.1"), parse_usd("0.5"), AT)
    again = Holding.of(7, holding.row())
    assert again.row() == holding.row()
    assert (again.id, again.realized, again.fees, again.entry) == (
        7, parse_usd("20"), parse_usd("0.5"), parse_px("100"),
    )  # fmt: skip


def test_paper_money_that_was_spent_is_not_made_anew() -> None:
    ledger = books()
    cash = ledger.holding("c", True, "alpha", "USD", AT)
    cash.move(-PAPER_CASH, parse_px("1"), AT)
    assert ledger.holding("c", True, "alpha", "USD", AT).qty == 0


def test_paper_money_survives_a_restart_as_it_was() -> None:
    ledger, again = books(), books()
    ledger.holding("c", True, "alpha", "USD", AT).move(-parse_qty("5"), parse_px("1"), AT)
    again.load(each.row() for each in ledger.holdings("c", True))
    assert again.holding("c", True, "alpha", "USD", AT).qty == PAPER_CASH - parse_qty("5")


def test_an_entry_is_in_dollars_whatever_the_quote_asset() -> None:
    fill = Fill(
        trade_id="t", client_id="o", venue_id="v", venue_symbol="BTCEUR", side=Side.BUY, px=parse_px("50"),
        qty=parse_qty("1"), fee=parse_usd("0.5"), fee_asset="EUR",
    )  # fmt: skip
    moved, fee_usd = books().settle("c", False, instrument(symbol="BTC-EUR"), fill, AT)
    assert [(each.asset, each.qty, each.entry) for each in moved] == [
        ("BTC", parse_qty("1"), parse_px("100")),
        ("EUR", -parse_qty("50.5"), parse_px("2")),
    ]
    assert fee_usd == parse_usd("1")


def test_fees_add_up() -> None:
    holding = Holding(1, "c", False, "alpha", "USD")
    for _ in range(2):
        holding.charge(parse_qty("1"), parse_usd("1"), AT)
    assert (holding.qty, holding.fees) == (-parse_qty("2"), parse_usd("2"))


def test_a_short_that_is_bought_back_lower_has_earned() -> None:
    holding = Holding(1, "c", False, "alpha", "BTC")
    holding.move(-parse_qty("2"), parse_px("100"), AT)
    holding.move(parse_qty("1"), parse_px("90"), AT)
    assert (holding.realized, holding.entry, holding.qty) == (parse_usd("10"), parse_px("100"), -parse_qty("1"))


def test_what_is_empty_is_shown_on_request_only() -> None:
    ledger = books()
    ledger.holding("c", False, "alpha", "BTC", AT)
    assert shown(ledger).positions == []
    closed = shown(ledger, include_closed=True).positions
    assert [view.lifecycle for view in closed] == [{"state": "closed"}]


def test_a_position_shows_what_is_free_and_whether_it_can_leave() -> None:
    ledger = books(play=True)
    for sandbox in (True, False):
        ledger.lock(f"leg {sandbox}", ledger.holding("c", sandbox, "alpha", "USD", AT), parse_qty("10"))
        view = shown(ledger, sandbox).positions[0]
        assert (view.locked_qty_1e8, view.available_qty_1e8) == (parse_qty("10"), PAPER_CASH - parse_qty("10"))
        assert view.transferable is not sandbox


def test_cash_gains_nothing_by_its_own_price() -> None:
    ledger = books()
    ledger.holding("c", False, "alpha", "EUR", AT).move(parse_qty("10"), parse_px("1"), AT)
    view = shown(ledger).positions[0]
    assert (view.current_value_usd_1e9, view.unrealized_pnl_usd_1e9) == (20 * PX_SCALE, 0)


def test_positions_are_chosen_by_venue_and_kind() -> None:
    ledger = books()
    for venue, asset in (("alpha", "BTC"), ("alpha", "USD"), ("beta", "BTC")):
        ledger.holding("c", False, venue, asset, AT).move(parse_qty("1"), parse_px("1"), AT)
    assert len(shown(ledger, venues=["beta"]).positions) == 1
    assert [view.instrument["kind"] for view in shown(ledger, kinds=["fiat"]).positions] == ["fiat"]
