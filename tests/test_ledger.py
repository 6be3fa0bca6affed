"""Positions are the sum of fills; locked plus available is the whole; entries and profits are what they must be."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.parts.market import NOW, HandMarket, instrument
from venuekit.fill import Fill
from venuekit.order import Balance
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, PX_SCALE, QTY_SCALE, Nanos, Px, Qty, Usd, parse_px, parse_qty, parse_usd
from venuekit_engine.ledger.holding import DOLLAR, Holding
from venuekit_engine.ledger.ledger import PAPER_CASH, Ledger, needed
from venuekit_engine.ledger.view import view_positions

AT = Nanos(NOW)


def ledger(*, play: bool = False) -> tuple[Ledger, HandMarket]:
    market = HandMarket()
    market.put([("99", "1")], [("101", "1")])
    return Ledger(market.hub, play=play), market


def fill(side: Side, px: str, qty: str, fee: str = "0", fee_asset: str = "USD") -> Fill:
    return Fill(
        trade_id="t", client_id="o", venue_id="v", venue_symbol="BTCUSD", side=side,
        px=parse_px(px), qty=parse_qty(qty), fee=parse_usd(fee), fee_asset=fee_asset,
    )  # fmt: skip


def test_a_buy_moves_both_assets_and_charges_its_fee() -> None:
    books, _ = ledger()
    moved, fee_usd = books.settle("c", False, instrument(), fill(Side.BUY, "100", "2", fee="0.2"), AT)
    btc, usd = moved
    assert (btc.qty, btc.entry) == (parse_qty("2"), parse_px("100"))
    assert (usd.qty, usd.entry, usd.fees) == (parse_qty("-200.2"), DOLLAR, parse_usd("0.2"))
    assert (fee_usd, usd.realized) == (parse_usd("0.2"), 0)


def test_a_fee_in_a_third_asset_is_charged_there() -> None:
    books, market = ledger()
    market.put([("599", "1")], [("601", "1")], symbol="BNB-USD")
    moved, fee_usd = books.settle(
        "c", False, instrument(), fill(Side.BUY, "100", "1", fee="0.001", fee_asset="BNB"), AT
    )
    assert [holding.asset for holding in moved] == ["BTC", "USD", "BNB"]
    assert (moved[2].qty, fee_usd) == (parse_qty("-0.001"), parse_usd("0.6"))


def test_a_sale_realises_profit_against_the_average_entry() -> None:
    books, _ = ledger()
    for px, qty in (("100", "1"), ("110", "3")):
        books.settle("c", False, instrument(), fill(Side.BUY, px, qty), AT)
    btc = books.settle("c", False, instrument(), fill(Side.SELL, "120", "2"), AT)[0][0]
    assert (btc.entry, btc.qty, btc.realized) == (parse_px("107.5"), parse_qty("2"), parse_usd("25"))


def test_a_flip_starts_a_new_entry() -> None:
    holding = Holding(1, "c", False, "alpha", "BTC")
    holding.move(parse_qty("1"), parse_px("100"), AT)
    holding.move(parse_qty("-3"), parse_px("90"), AT)
    assert (holding.qty, holding.entry, holding.realized) == (parse_qty("-2"), parse_px("90"), parse_usd("-10"))


def test_paper_opens_with_cash_and_inventory_at_the_market_price() -> None:
    books, _ = ledger()
    cash, coins = (books.holding("c", True, "alpha", asset, AT) for asset in ("USD", "BTC"))
    assert (cash.qty, coins.qty, coins.entry) == (PAPER_CASH, parse_qty("100000"), parse_px("100"))
    assert books.holding("c", False, "alpha", "USD", AT).qty == 0


def test_open_orders_lock_and_let_go() -> None:
    books, _ = ledger()
    cash = books.holding("c", True, "alpha", "USD", AT)
    books.lock("a", cash, parse_qty("10"))
    books.lock("b", cash, parse_qty("5"))
    books.lock("a", cash, parse_qty("4"))
    assert (cash.locked, cash.free) == (parse_qty("9"), cash.qty - parse_qty("9"))
    books.release("b")
    books.release("b")
    assert cash.locked == parse_qty("4")


def test_what_a_buy_needs_covers_its_fee_rounded_up() -> None:
    assert needed(Side.BUY, parse_qty("1"), parse_px("100"), 100_000) == parse_qty("100.1")
    assert needed(Side.SELL, parse_qty("1"), parse_px("100"), 100_000) == parse_qty("1")
    assert needed(Side.BUY, Qty(1), Px(1), 100_000) == 1


def test_positions_are_valued_and_added_up() -> None:
    books, _ = ledger()
    books.settle("c", False, instrument(), fill(Side.BUY, "90", "2", fee="0.18"), AT)
    shown = view_positions(
        books.holdings("c", False),
        lambda asset: books.usd(asset, AT),
        AT,
        venues=None,
        kinds=None,
        include_closed=False,
    )
    by_asset = {view.instrument.get("symbol", view.instrument.get("code")): view for view in shown.positions}
    assert by_asset["BTC"].current_value_usd_1e9 == 200 * PX_SCALE
    assert by_asset["BTC"].unrealized_pnl_usd_1e9 == 20 * PX_SCALE
    assert shown.totals.nav_usd_1e9 == 200 * PX_SCALE - parse_usd("180.18")
    assert shown.totals.cash_usd_1e9 == -parse_usd("180.18")
    assert (shown.totals.fees_usd_1e9, shown.totals.num_positions) == (parse_usd("0.18"), 2)


trades = st.lists(
    st.tuples(st.sampled_from(list(Side)), st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 10**6)),
    max_size=30,
)


@given(trades)
def test_holdings_are_the_sum_of_fills(rows: list[tuple[Side, int, int, int]]) -> None:
    books, _ = ledger()
    base, paid, fees = 0, Fraction(0), Fraction(0)
    for side, cents, lots, fee in rows:
        px, qty = Px(cents * 10**7), Qty(lots * 10**4)
        one = Fill(
            trade_id="t", client_id="o", venue_id="v", venue_symbol="B", side=side, px=px, qty=qty, fee=Usd(fee * 10),
            fee_asset="USD",
        )  # fmt: skip
        books.settle("c", False, instrument(), one, AT)
        base += side.sign * qty
        paid += side.sign * Fraction(px * qty, QTY_SCALE)
        fees += fee * 10
    coins, cash = (books.holding("c", False, "alpha", asset, AT) for asset in ("BTC", "USD"))
    assert coins.qty == base
    assert cash.fees == fees
    assert abs(Fraction(cash.qty * 10) - (-paid - fees)) <= 10 * len(rows) + 10


@given(trades)
def test_profit_and_value_explain_every_dollar(rows: list[tuple[Side, int, int, int]]) -> None:
    """Realised plus unrealised equals what selling everything at the last price would leave."""
    holding, spent, slack = Holding(1, "c", False, "alpha", "BTC"), 0, 3
    px = Px(1)
    for side, cents, lots, _ in rows:
        px, qty = Px(cents * 10**7), side.sign * lots * 10**4
        holding.move(qty, px, AT)
        spent += px * qty // QTY_SCALE
        slack += abs(holding.qty) // QTY_SCALE + 3  # the entry is rounded at each step, to 10⁻⁹ of a dollar
    worth = px * holding.qty // QTY_SCALE - spent
    told = holding.realized + (px - holding.entry) * holding.qty // QTY_SCALE
    assert abs(worth - told) <= slack


def test_what_was_told_before_the_clock_was_set_back_is_not_fresh() -> None:
    ledger = Ledger(HandMarket().hub, play=False)
    ledger.restate("client_1", "alpha", [Balance("USD", Qty(5))], AT)
    assert ledger.free("client_1", False, "alpha", "USD", AT) == 5
    assert ledger.free("client_1", False, "alpha", "USD", Nanos(AT - 3600 * NANOS_PER_S)) is None
