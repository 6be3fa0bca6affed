"""Kalshi, simulated: what it lists, as tables, and the exchange made of them.

Used by `face.py`. Every kind of market stands here once: grids of a cent, of a tenth, and tapered; a scalar; closed;
not opened yet; with a book of one side; and on shards where the account has money and where it has none. Tickers are
made up in the venue's style; nothing here was recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from venuekit.units import NANOS_PER_S, Nanos
from venuekit_testkit.simulate.exchange.account import Account
from venuekit_testkit.simulate.exchange.exchange import CROWD, ME, Exchange
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.rules import Rules
from venuekit_testkit.simulate.fault import Faults
from venuekit_testkit.simulate.kalshi.fees import STEP, KalshiFunds
from venuekit_testkit.simulate.kalshi.grid import finest, takes

OPENED: Final = Nanos(1_794_900_000 * NANOS_PER_S)  # 2026-11-17, before anything that a test does
CLOSES: Final = Nanos(1_830_000_000 * NANOS_PER_S)  # in the last days of 2027
SHARDS: Final = {0: "default", 1: "combos and exotics", 2: "crypto and commodities", 3: "sports"}
MONEY: Final = {0: "10000", 1: "0", 2: "500", 3: "0"}
LOT: Final = Decimal("0.01")
Book = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]


def cash(shard: int) -> str:
    """Name the money of a shard."""
    return f"USD{shard}"


@dataclass(frozen=True)
class Series:
    """One series: what its markets cost, and where they trade."""

    ticker: str
    title: str
    category: str
    fee_type: str = "quadratic"
    fee_multiplier: str = "1"
    shard: int = 0


@dataclass(frozen=True)
class Event:
    """One event of a series. The two overrides come together or not at all."""

    ticker: str
    series: str
    title: str
    returns: str = ""  # `collateral_return_type`
    fee_type: str = ""
    fee_multiplier: str = ""


@dataclass(frozen=True)
class Listed:
    """One market of an event, and the book that it opens with: bids and asks for YES, best first."""

    ticker: str
    event: str
    title: str
    structure: str = "linear_cent"
    kind: str = "binary"
    status: str = "active"
    timer_s: int = 0
    strikes: dict[str, Any] = field(default_factory=dict)
    book: Book = ((), ())


SERIES: Final = (
    Series("KXHIGHNY", "Highest temperature in New York", "Climate and Weather"),
    Series("KXFED", "Fed funds rate", "Economics"),
    Series("KXSHUTDAYS", "Length of the shutdown", "Politics"),
    Series("KXBTCD", "Bitcoin price", "Crypto", "quadratic_with_maker_fees", shard=2),
    Series("KXNBAGAME", "Basketball game", "Sports", "quadratic_with_maker_fees", shard=3),
)
EVENTS: Final = (
    Event("KXHIGHNY-27DEC24", "KXHIGHNY", "Highest temperature in New York on Dec 24, 2027?", "MECNET"),
    Event("KXHIGHNY-26NOV10", "KXHIGHNY", "Highest temperature in New York on Nov 10, 2026?", "MECNET"),
    Event("KXHIGHNY-28JAN15", "KXHIGHNY", "Highest temperature in New York on Jan 15, 2028?", "MECNET"),
    Event("KXFED-27DEC", "KXFED", "Fed funds rate after the December 2027 meeting?", "", "quadratic", "0.5"),
    Event("KXSHUTDAYS-27DEC", "KXSHUTDAYS", "How long will the shutdown last?"),
    Event("KXBTCD-27DEC2417", "KXBTCD", "Bitcoin price on Dec 24, 2027 at 5pm EST?", "DIRECNET"),
    Event("KXNBAGAME-27DEC25BOSLAL", "KXNBAGAME", "Boston at Los Angeles", "MECNET"),
)
BOOK: Final[Book] = (
    (("0.42", "300"), ("0.41", "500"), ("0.40", "800.5"), ("0.35", "1200")),
    (("0.45", "250"), ("0.46", "400"), ("0.48", "900.25"), ("0.55", "1500")),
)
FINE: Final[Book] = (
    (("0.523", "150"), ("0.522", "80"), ("0.51", "600")),
    (("0.526", "120"), ("0.53", "300"), ("0.575", "40")),
)
TAPERED: Final[Book] = (
    (("0.042", "900"), ("0.041", "700"), ("0.03", "2500")),
    (("0.047", "650"), ("0.05", "800"), ("0.11", "400")),
)
SCALAR: Final[Book] = ((("0.30", "200"), ("0.29", "350")), (("0.34", "180"), ("0.36", "500")))
THIN: Final[Book] = ((("0.02", "1000"),), ())
MARKETS: Final = (
    Listed(
        "KXHIGHNY-27DEC24-B50.5",
        "KXHIGHNY-27DEC24",
        "50° to 51°",
        strikes={"strike_type": "between", "floor_strike": 50, "cap_strike": 51},
        book=BOOK,
    ),
    Listed(
        "KXHIGHNY-27DEC24-T60",
        "KXHIGHNY-27DEC24",
        "61° or above",
        strikes={"strike_type": "greater", "floor_strike": 60},
        book=((("0.17", "400"), ("0.16", "650")), (("0.19", "350"), ("0.20", "500"))),
    ),
    Listed("KXHIGHNY-26NOV10-B50.5", "KXHIGHNY-26NOV10", "50° to 51°", status="closed"),
    Listed("KXHIGHNY-28JAN15-B40.5", "KXHIGHNY-28JAN15", "40° to 41°", status="initialized"),
    Listed("KXFED-27DEC-T4.00", "KXFED-27DEC", "Above 4.00%", structure="deci_cent", book=FINE),
    Listed("KXFED-27DEC-T4.50", "KXFED-27DEC", "Above 4.50%", structure="tapered_deci_cent", book=TAPERED),
    Listed("KXFED-27DEC-T5.00", "KXFED-27DEC", "Above 5.00%", book=THIN),
    Listed("KXSHUTDAYS-27DEC", "KXSHUTDAYS-27DEC", "Days out of ten", kind="scalar", timer_s=60, book=SCALAR),
    Listed("KXBTCD-27DEC2417-T99999.99", "KXBTCD-27DEC2417", "$100,000 or above", book=BOOK),
    Listed("KXNBAGAME-27DEC25BOSLAL-LAL", "KXNBAGAME-27DEC25BOSLAL", "Los Angeles", book=BOOK),
)
SERIES_BY: Final = {each.ticker: each for each in SERIES}
EVENT_BY: Final = {each.ticker: each for each in EVENTS}


def make_market(listed: Listed) -> Market:
    """Make a market of its line, with the fees of its series or of its event."""
    event = EVENT_BY[listed.event]
    series = SERIES_BY[event.series]
    facts = {
        "listed": listed,
        "event": event,
        "series": series,
        "shard": series.shard,
        "status": listed.status,
        "fee_type": event.fee_type or series.fee_type,
        "fee_multiplier": Decimal(event.fee_multiplier or series.fee_multiplier),
    }
    return Market(
        listed.ticker,
        listed.ticker,
        cash(series.shard),
        finest(listed.structure),
        LOT,
        LOT,
        is_open=listed.status == "active",
        is_price=takes(listed.structure),
        facts=facts,
    )


def make_exchange(faults: Faults, precision: str = STEP) -> Exchange:
    """Open the exchange: books in place, one trade each way done, and the account with money on two shards."""
    money = Account(ME)
    for shard, amount in MONEY.items():
        money.add(cash(shard), Decimal(amount))
    rules = Rules(id_once=True, fok_killed_is_refused=True, ioc_empty_is_refused=True)
    exchange = Exchange([make_market(each) for each in MARKETS], KalshiFunds(precision), rules, faults, money)
    with exchange.at(OPENED):
        for listed in MARKETS:
            exchange.seed(listed.ticker, *listed.book)
            _trade_once(exchange, listed)
    return exchange


def _trade_once(exchange: Exchange, listed: Listed) -> None:
    """Let the crowd take a little of each side, so that there are trades to read."""
    bids, asks = listed.book
    for side, level in (("buy", asks), ("sell", bids)):
        if level:
            exchange.place(listed.ticker, side, Decimal("2.5"), Decimal(level[0][0]), account=CROWD, tif="IOC")
