"""The REST side: flows against canned answers, and the table of what is denied."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from venuekit.errors import OutcomeUnknown, Refused, RejectReason, Unsupported
from venuekit.instrument import Instrument
from venuekit.side import Side
from venuekit.units import Nanos, Qty, Rate, Usd, parse_px, parse_qty
from venuekit.wire import Response
from venuekit_kraken.venue import Kraken
from venuekit_testkit.play import play, play_all

NOW = Nanos(1)
PAIR = (
    '"%s":{"altname":"%s","wsname":"%s","pair_decimals":%d,"lot_decimals":8,"lot_multiplier":1,'
    '"fees":[[0,0.4],[10000,0.35]],"fees_maker":[[0,0.25],[10000,0.2]],"ordermin":"0.00005","costmin":"0.5",'
    '"tick_size":"%s","status":"%s"}'
)


def pairs(*entries: str) -> Response:
    return Response(200, ('{"error":[],"result":{' + ",".join(entries) + "}}").encode())


BTC = PAIR % ("XXBTZUSD", "XBTUSD", "XBT/USD", 1, "0.1", "online")


@pytest.fixture
def btc() -> Instrument:
    (instrument,) = play(Kraken().instruments(), pairs(BTC))
    return instrument


def test_a_pair_becomes_an_instrument_with_its_grid_and_fees(btc: Instrument) -> None:
    assert (btc.symbol, btc.venue_symbol, btc.base, btc.quote) == ("BTC-USD", "XBTUSD", "BTC", "USD")
    assert (btc.tick, btc.lot, btc.min_qty, btc.min_notional) == (parse_px("0.1"), Qty(1), Qty(5000), Usd(500_000_000))
    assert (btc.px_decimals, btc.qty_decimals, btc.untradable) == (1, 8, "")
    assert btc.fees is not None
    assert (btc.fees.maker, btc.fees.taker) == (Rate(250_000), Rate(400_000))


def test_krakens_old_asset_codes_are_translated() -> None:
    (doge,) = play(Kraken().instruments(), pairs(PAIR % ("XDGXBT", "XDGXBT", "XDG/XBT", 8, "1e-8", "online")))
    assert doge.symbol == "DOGE-BTC"


@pytest.mark.parametrize(
    ("status", "untradable"),
    [("online", ""), ("limit_only", ""), ("cancel_only", "the venue says cancel_only"), ("new", "the venue says new")],
)
def test_a_pair_that_takes_no_orders_says_so(status: str, untradable: str) -> None:
    (found,) = play(Kraken().instruments(), pairs(PAIR % ("A", "A", "A/USD", 1, "0.1", status)))
    assert found.untradable == untradable


def test_a_pair_finer_than_our_scale_is_listed_but_has_no_feed() -> None:
    venue = Kraken()
    (found,) = play(venue.instruments(), pairs(PAIR % ("A", "A", "A/USD", 10, "0.0000000001", "online")))
    assert "does not fit our scale" in found.untradable
    with pytest.raises(Unsupported, match="more decimals than our scale"):
        venue.feed([found])


def test_a_dark_pool_is_left_out() -> None:
    dark = '"XXBTZUSD.d":{"altname":"XBTUSD.d","pair_decimals":1,"lot_decimals":8}'
    assert [each.symbol for each in play(Kraken().instruments(), pairs(dark, BTC))] == ["BTC-USD"]


def test_a_book_is_asked_for_by_altname_and_count(btc: Instrument) -> None:
    sides = b'{"asks":[["52523.00000","1.199",1616663113]],"bids":[["52522.9","0.753",1]]}'
    body = b'{"error":[],"result":{"XXBTZUSD":' + sides + b"}}"
    book, (request,) = play_all(Kraken().book(btc, 20), Response(200, body))
    assert request.target == "https://api.kraken.com/0/public/Depth?pair=XBTUSD&count=20"
    assert book.asks == [(parse_px("52523"), parse_qty("1.199"))]
    assert book.bids == [(parse_px("52522.9"), parse_qty("0.753"))]


def test_the_whole_book_is_five_hundred_levels(btc: Instrument) -> None:
    body = b'{"error":[],"result":{"XXBTZUSD":{"asks":[],"bids":[]}}}'
    _, (request,) = play_all(Kraken().book(btc, 0), Response(200, body))
    assert parse_qs(request.query)["count"] == ["500"]


def test_trades_come_oldest_first_with_the_takers_side(btc: Instrument) -> None:
    body = (
        b'{"error":[],"result":{"XXBTZUSD":[["30243.4","0.1",1688669597.5,"b","m","",1],'
        b'["30243.3","0.2",1688669598.2804112,"s","l","",2],["30243.2","0.3",1688669599,"s","m","",3]],"last":"9"}}'
    )
    trades = play(Kraken().trades(btc, 2), Response(200, body))
    assert [(trade.trade_id, trade.taker, trade.qty) for trade in trades] == [
        ("2", Side.SELL, parse_qty("0.2")),
        ("3", Side.SELL, parse_qty("0.3")),
    ]
    assert trades[0].ts == 1688669598280411200


def test_fees_are_those_of_the_lowest_tier(btc: Instrument) -> None:
    fees = play(Kraken().fees(btc, NOW), pairs(BTC))
    assert (fees.maker, fees.taker) == (Rate(250_000), Rate(400_000))
    assert fees.source


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("EQuery:Unknown asset pair", RejectReason.INVALID_PARAMS),
        ("EGeneral:Invalid arguments:pair", RejectReason.INVALID_PARAMS),
        ("EAPI:Rate limit exceeded", RejectReason.RATE_LIMIT),
        ("EService:Unavailable", RejectReason.EXCHANGE_BUSY),
    ],
)
def test_a_known_error_is_a_refusal_with_krakens_words(btc: Instrument, code: str, reason: RejectReason) -> None:
    with pytest.raises(Refused) as caught:
        play(Kraken().book(btc, 5), Response(200, f'{{"error":["{code}"]}}'.encode()))
    assert (caught.value.reason, caught.value.code) == (reason, code)


@pytest.mark.parametrize(
    "answer",
    [
        Response(502, b"<html>"),
        Response(520, b""),
        Response(200, b"not json"),
        Response(200, b'{"error":["EGeneral:Internal error"]}'),
        Response(200, b'{"error":["ENew:Never seen"]}'),
        Response(200, b'{"error":[]}'),
        Response(200, b'{"error":[],"result":{}}'),
        Response(200, b'{"error":[],"result":{"X":{"asks":[["many","1",1]],"bids":[]}}}'),
        Response(200, b'{"error":[],"result":{"X":{"asks":[["1","-1",1]],"bids":[]}}}'),
    ],
)
def test_what_proves_nothing_is_an_unknown_outcome(btc: Instrument, answer: Response) -> None:
    with pytest.raises(OutcomeUnknown):
        play(Kraken().book(btc, 5), answer)


def test_a_warning_is_no_error(btc: Instrument) -> None:
    body = b'{"error":["WGeneral:Something"],"result":{"XXBTZUSD":{"asks":[],"bids":[]}}}'
    assert play(Kraken().book(btc, 5), Response(200, body)).bids == []


def test_too_many_requests_is_a_refusal_without_a_body(btc: Instrument) -> None:
    with pytest.raises(Refused) as caught:
        play(Kraken().book(btc, 5), Response(429))
    assert caught.value.reason is RejectReason.RATE_LIMIT


def test_hosts_can_be_replaced_one_by_one(btc: Instrument) -> None:
    venue = Kraken(hosts={"rest": "http://127.0.0.1:8080"})
    assert next(venue.book(btc, 1)).url == "http://127.0.0.1:8080/0/public/Depth"
    assert venue.feed([btc]).url == "wss://ws.kraken.com/v2"
    assert venue.hosts == ("127.0.0.1", "ws.kraken.com")


def test_a_host_that_the_venue_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="has the hosts"):
        Kraken(hosts={"rets": "http://127.0.0.1:8080"})
