"""The stream of the account against documented frames and the venue's own SDK: what it sends, reads and gives up.

Frames as documented: https://github.com/binance/binance-spot-api-docs user-data-stream.md and web-socket-api.md
(2026-07-21), read 2026-11-21; changed where a test says so.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from venuekit.credential import Credentials
from venuekit.errors import NotSent
from venuekit.fill import Fill, Liquidity
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.market import Gap
from venuekit.order import Balance, OrderReport
from venuekit.secrecy import has_secret
from venuekit.side import Side
from venuekit.units import NANOS_PER_MS, NANOS_PER_S, Nanos, parse_px, parse_qty, parse_usd
from venuekit.venue import AccountEvent, AccountFeed, Reconnect, Send
from venuekit.wire import Response
from venuekit_binance.signer import BinanceSigner
from venuekit_binance.venue import Binance
from venuekit_testkit.play import play

Json = dict[str, Any]
NOW: Final = Nanos(1_763_683_200_000 * NANOS_PER_MS)
VECTORS: Final[list[Json]] = json.loads(Path(__file__).with_name("samples").joinpath("vectors.json").read_text())[
    "cases"
]
SOCKET: Final = [case for case in VECTORS if case["name"].startswith("ws_")]

NEW: Final[Json] = {
    "e": "executionReport",
    "E": 1499405658658,
    "s": "ETHBTC",
    "c": "mUvoqJxFIILMdfAW5iGSOW",
    "S": "BUY",
    "o": "LIMIT",
    "f": "GTC",
    "q": "1.00000000",
    "p": "0.10264410",
    "P": "0.00000000",
    "F": "0.00000000",
    "g": -1,
    "C": "",
    "x": "NEW",
    "X": "NEW",
    "r": "NONE",
    "i": 4293153,
    "l": "0.00000000",
    "z": "0.00000000",
    "L": "0.00000000",
    "n": "0",
    "N": None,
    "T": 1499405658657,
    "t": -1,
    "I": 8641984,
    "w": True,
    "m": False,
    "M": False,
    "O": 1499405658657,
    "Z": "0.00000000",
    "Y": "0.00000000",
    "Q": "0.00000000",
    "W": 1499405658657,
    "V": "NONE",
}
TRADED: Final[Json] = {
    "x": "TRADE",
    "X": "PARTIALLY_FILLED",
    "l": "0.25000000",
    "z": "0.40000000",
    "L": "0.10264400",
    "Z": "0.04105762",
    "n": "0.00025000",
    "N": "ETH",
    "t": 17,
    "T": 1499405659000,
    "m": True,
}
POSITION: Final[Json] = {
    "e": "outboundAccountPosition",
    "E": 1564034571105,
    "u": 1564034571073,
    "B": [{"a": "ETH", "f": "10000.000000", "l": "0.000000"}, {"a": "BTC", "f": "0.5", "l": "0.25"}],
}


@pytest.fixture
def feed(venue: Binance) -> AccountFeed:
    """A stream that was let in."""
    feed = venue.account_feed([])
    feed.opened(NOW)
    feed.pending()
    feed.receive(answer(1, subscriptionId=0), NOW)
    return feed


def wrap(event: Json) -> str:
    return json.dumps({"subscriptionId": 0, "event": event})


def answer(number: object, **result: object) -> str:
    limits = [{"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000, "count": 4}]
    return json.dumps({"id": number, "status": 200, "result": result, "rateLimits": limits})


def order(feed: AccountFeed, **changes: object) -> OrderReport:
    """Read an execution report with changes; give the order it tells of."""
    told = feed.receive(wrap({**NEW, **changes}), NOW)[-1]
    assert isinstance(told, OrderReport)
    return told


def sent_by(feed: AccountFeed) -> Json:
    [send] = feed.pending()
    assert isinstance(send, Send)
    told: Json = json.loads(send.frame)
    return told


@pytest.mark.parametrize("case", SOCKET, ids=lambda case: str(case["name"]))
def test_parameters_are_signed_as_the_venues_sdk_does(case: Json) -> None:
    given, expected = case["credentials"], case["expected"]
    keys = Credentials(api_key=given["api_key"], api_secret=given.get("api_secret") or given["private_key_pem"])
    now = Nanos(case["inputs"]["timestamp"] * NANOS_PER_MS)
    assert BinanceSigner(keys).sign_params(case["inputs"]["params"], now) == expected["frame_params"]


def test_each_connection_subscribes_anew_with_the_next_id_and_the_time_it_is_given(venue: Binance) -> None:
    feed = venue.account_feed([])
    assert feed.url == "wss://ws-api.binance.com:443/ws-api/v3"
    for number, now in ((1, NOW), (2, Nanos(NOW + NANOS_PER_S))):
        feed.opened(now)
        told = sent_by(feed)
        assert (told["id"], told["method"]) == (number, "userDataStream.subscribe.signature")
        assert told["params"]["timestamp"] == now // NANOS_PER_MS
        assert set(told["params"]) == {"apiKey", "timestamp", "signature"}


def test_the_frame_that_subscribes_is_known_for_a_secret(venue: Binance) -> None:
    feed = venue.account_feed([])
    feed.opened(NOW)
    [send] = feed.pending()
    assert isinstance(send, Send)
    assert has_secret(send.frame)


def test_without_keys_there_is_no_stream() -> None:
    with pytest.raises(NotSent, match="needs an API key"):
        Binance().account_feed([])


def test_what_happened_until_the_subscription_began_was_missed(venue: Binance) -> None:
    feed = venue.account_feed([])
    feed.opened(NOW)
    feed.pending()
    assert feed.receive(answer(1, subscriptionId=0), NOW) == [Gap("", "the subscription begins")]
    feed.beat(Nanos(NOW + 3600 * NANOS_PER_S))
    assert feed.pending() == []


def test_a_subscription_that_is_refused_ends_the_connection_with_the_venues_words(venue: Binance) -> None:
    feed = venue.account_feed([])
    feed.opened(NOW)
    feed.pending()
    no = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
    reason = "the subscription was refused: Invalid API-key, IP, or permissions for action. [-2015]"
    assert feed.receive(json.dumps({"id": 1, "status": 401, "error": no}), NOW) == [Gap("", reason)]
    assert feed.pending() == [Reconnect(reason)]


def test_a_subscription_that_is_not_answered_ends_the_connection(venue: Binance) -> None:
    feed = venue.account_feed([])
    feed.opened(NOW)
    feed.pending()
    feed.beat(Nanos(NOW + 9 * NANOS_PER_S))
    assert feed.pending() == []
    for seconds in (10, 11):
        feed.beat(Nanos(NOW + seconds * NANOS_PER_S))
    assert feed.pending() == [Reconnect("the subscription was not answered")]


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (wrap({"e": "eventStreamTerminated", "E": 1728973001334}), "the venue ended the subscription"),
        ('{"event":{"e":"serverShutdown","E":1770123456789}}', "the venue's server shuts down"),
    ],
)
def test_a_venue_that_ends_the_stream_is_a_gap_and_another_connection(
    feed: AccountFeed, frame: str, reason: str
) -> None:
    assert feed.receive(frame, NOW) == [Gap("", reason)]
    assert feed.pending() == [Reconnect(reason)]


def test_a_new_order_is_told_to_the_digit(feed: AccountFeed) -> None:
    assert feed.receive(wrap(NEW), NOW) == [
        OrderReport(
            client_id="mUvoqJxFIILMdfAW5iGSOW",
            venue_id="4293153",
            venue_symbol="ETHBTC",
            side=Side.BUY,
            state=OrderState.ACCEPTED,
            qty=parse_qty("1"),
            filled=parse_qty("0"),
            px=parse_px("0.1026441"),
            ts=Nanos(1499405658657 * NANOS_PER_MS),
        )
    ]


def test_a_trade_comes_before_the_order_that_it_changed(feed: AccountFeed) -> None:
    fill, report = feed.receive(wrap({**NEW, **TRADED}), NOW)
    assert fill == Fill(
        trade_id="17",
        client_id="mUvoqJxFIILMdfAW5iGSOW",
        venue_id="4293153",
        venue_symbol="ETHBTC",
        side=Side.BUY,
        px=parse_px("0.102644"),
        qty=parse_qty("0.25"),
        fee=parse_usd("0.00025"),
        fee_asset="ETH",
        liquidity=Liquidity.MAKER,
        ts=Nanos(1499405659000 * NANOS_PER_MS),
    )
    assert isinstance(report, OrderReport)
    assert (report.state, report.filled) == (OrderState.PARTIAL, parse_qty("0.4"))
    assert report.avg_px == parse_px("0.10264405")


def test_a_trade_has_the_id_and_the_terms_that_the_history_gives_it(
    feed: AccountFeed, venue: Binance, btc: Instrument
) -> None:
    listed = {
        "symbol": "ETHBTC",
        "id": 17,
        "orderId": 4293153,
        "price": "0.10264400",
        "qty": "0.25000000",
        "commission": "0.00025000",
        "commissionAsset": "ETH",
        "time": 1499405659000,
        "isBuyer": True,
        "isMaker": True,
    }
    [asked] = play(venue.fills(btc, NOW, NOW), Response(200, json.dumps([listed]).encode()))
    told = feed.receive(wrap({**NEW, **TRADED}), NOW)[0]
    assert isinstance(told, Fill)
    assert (told.trade_id, told.venue_id, told.px, told.qty, told.fee, told.fee_asset, told.side, told.liquidity) == (
        asked.trade_id, asked.venue_id, asked.px, asked.qty, asked.fee, asked.fee_asset, asked.side, asked.liquidity,
    )  # fmt: skip


def test_a_cancelled_order_keeps_the_name_that_we_gave_it(feed: AccountFeed) -> None:
    told = order(feed, c="the-cancels-own", C="ours", x="CANCELED", X="CANCELED", z="0.4")
    assert (told.client_id, told.state, told.filled) == ("ours", OrderState.CANCELLED, parse_qty("0.4"))


def test_a_cancel_by_the_venue_that_names_no_other_order_is_of_the_order_itself(feed: AccountFeed) -> None:
    assert order(feed, x="CANCELED", X="CANCELED").client_id == "mUvoqJxFIILMdfAW5iGSOW"


@pytest.mark.parametrize(
    ("changes", "state", "reason"),
    [
        ({"x": "REJECTED", "X": "REJECTED", "r": "OCO_BAD_PRICES"}, OrderState.REJECTED, "OCO_BAD_PRICES"),
        ({"x": "EXPIRED", "X": "EXPIRED", "eR": "some reason"}, OrderState.CANCELLED, "some reason"),
        ({"x": "TRADE_PREVENTION", "X": "EXPIRED_IN_MATCH"}, OrderState.CANCELLED, ""),
        ({"x": "REPLACED", "X": "NEW", "q": "0.5"}, OrderState.ACCEPTED, ""),
        ({"x": "NEW", "X": "NEW", "C": None}, OrderState.ACCEPTED, ""),
    ],
)
def test_what_happens_to_an_order_is_told_with_its_reason(
    feed: AccountFeed, changes: Json, state: OrderState, reason: str
) -> None:
    told = order(feed, **changes)
    assert (told.state, told.reason) == (state, reason)


def test_holdings_are_told_asset_by_asset(feed: AccountFeed) -> None:
    expected: list[AccountEvent] = [
        Balance("ETH", parse_qty("10000")),
        Balance("BTC", parse_qty("0.5"), parse_qty("0.25")),
    ]
    assert feed.receive(wrap(POSITION), NOW) == expected
    assert feed.receive(wrap(POSITION).encode(), NOW) == expected


@pytest.mark.parametrize(
    "event",
    [
        {"e": "balanceUpdate", "E": 1573200697110, "a": "BTC", "d": "100.00000000", "T": 1573200697068},
        {"e": "externalLockUpdate", "E": 1581557507324, "a": "NEO", "d": "10.00000000", "T": 1581557507268},
        {"e": "listStatus", "E": 1564035303637, "s": "ETHBTC", "g": 2, "c": "OCO", "O": []},
    ],
)
def test_what_other_events_tell_in_full_gives_nothing(feed: AccountFeed, event: Json) -> None:
    assert feed.receive(wrap(event), NOW) == []


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "{}",
        answer(2, subscriptionId=0),
        wrap({"e": "novelty"}),
        wrap({"E": 1}),
        wrap({**NEW, "X": "NOVEL"}),
        wrap({**NEW, "x": "NOVEL"}),
        wrap({**NEW, "S": "HOLD"}),
        wrap({**NEW, "q": "many"}),
        wrap({**NEW, **TRADED, "l": "0"}),
        wrap({"e": "executionReport", "s": "ETHBTC", "x": "NEW", "X": "NEW", "i": 1}),
    ],
)
def test_what_is_not_documented_raises(feed: AccountFeed, frame: str) -> None:
    with pytest.raises(ValueError):
        feed.receive(frame, NOW)
