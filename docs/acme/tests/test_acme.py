"""Acme, without a network, a fixture or a mock."""

from __future__ import annotations

import json

import pytest
from venuekit_acme.venue import Acme

from venuekit.credential import Credentials
from venuekit.errors import OutcomeUnknown, Refused, RejectReason
from venuekit.order import NewOrder
from venuekit.plugin import discover
from venuekit.side import Side
from venuekit.units import Nanos, parse_px, parse_qty
from venuekit.wire import Response
from venuekit_testkit.denial import check_denials
from venuekit_testkit.play import play, play_all
from venuekit_testkit.reads import check_reads
from venuekit_testkit.spot import make_spot

NOW = Nanos(1_763_683_200_000_000_000)
BTC = make_spot("acme", "BTC-USD", "btcusd", tick="0.01", lot="0.0001")
ORDER = NewOrder(client_id="mine-1", instrument=BTC, side=Side.BUY, qty=parse_qty("0.5"), px=parse_px("50000"))
ACME = Acme(Credentials(api_key="k"))


def test_the_plugin_is_found_beside_the_others() -> None:
    found = discover()
    assert found.sources["acme"] == "venuekit-acme 0.1.0"
    assert found.refused == []
    assert isinstance(found.build("acme"), Acme)


def test_a_market_becomes_an_instrument() -> None:
    listed = [{"name": "btcusd", "base": "BTC", "quote": "USD", "tick": "0.01", "lot": "0.0001"}]
    assert play(ACME.instruments(), Response(200, json.dumps(listed).encode())) == [BTC]


def test_what_is_sent_is_what_the_venue_documents() -> None:
    accepted, [request] = play_all(ACME.submit(ORDER, NOW), Response(200, b'{"id": "7"}'))
    assert (request.method, request.url, request.safe) == ("POST", "https://api.acme.example/orders", False)
    told = {"market": "btcusd", "side": "buy", "price": "50000", "size": "0.5", "client_id": "mine-1"}
    assert json.loads(request.body) == told
    assert (accepted.client_id, accepted.venue_id) == ("mine-1", "7")


def test_a_refusal_has_the_venues_word() -> None:
    with pytest.raises(Refused, match="too poor") as refused:
        play(ACME.submit(ORDER, NOW), Response(402, b"too poor"))
    assert refused.value.reason is RejectReason.INSUFFICIENT_BALANCE


@pytest.mark.parametrize("answer", [Response(502, b"<html>"), Response(200, b"<html>"), Response(200, b"{}")])
def test_silence_is_no_refusal(answer: Response) -> None:
    with pytest.raises(OutcomeUnknown):
        play(ACME.submit(ORDER, NOW), answer)


def test_every_read_is_safe_and_asks_as_declared() -> None:
    check_reads(ACME, BTC)


def test_what_the_table_denies_fails_before_any_request() -> None:
    check_denials(ACME, BTC, NOW)
