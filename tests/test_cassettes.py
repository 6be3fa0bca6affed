"""Cassettes: made from a simulator, played through the real transport, refused when they lie or leak."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from venuekit.credential import Credentials
from venuekit.plugin import discover
from venuekit.venue import Venue
from venuekit_testkit.bench.build import Subject, find_subject
from venuekit_testkit.bench.profile import PracticeVenue, Unusable
from venuekit_testkit.cassette.header import read_header
from venuekit_testkit.cassette.play import play
from venuekit_testkit.cassette.record import record_live, record_simulated
from venuekit_testkit.cassette.scrub import find_secrets, scrub_answer, scrub_body, scrub_uri
from venuekit_testkit.cassette.shelf import read_provenance
from venuekit_testkit.cassette.tape import require_clean
from venuekit_testkit.simulate.server import Server

SCENARIO = "order-life"


@pytest.fixture(scope="module")
def subject() -> Subject:
    return find_subject("binance", discover(only="binance"))


@pytest.fixture(scope="module")
def shelf(subject: Subject, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with one cassette and the captures of both streams, made from the simulator."""
    folder = tmp_path_factory.mktemp("shelf")
    record_simulated(subject, folder, [SCENARIO])
    return folder


@pytest.fixture
def cassette(shelf: Path, tmp_path: Path) -> Path:
    """Give a copy that a test may spoil."""
    copy = tmp_path / f"{SCENARIO}.yaml"
    copy.write_text((shelf / copy.name).read_text())
    return copy


def spoil(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    told = yaml.safe_load(path.read_text())
    change(told)
    path.write_text(yaml.safe_dump(told, sort_keys=False))


def test_what_was_recorded_is_played(cassette: Path, subject: Subject) -> None:
    play(cassette, subject)


def test_what_a_simulator_answered_is_called_simulated(shelf: Path) -> None:
    assert read_provenance(shelf) == {"simulated": 3}


def test_a_cassette_holds_no_key_no_signature_and_no_time_of_signing(cassette: Path, subject: Subject) -> None:
    text = cassette.read_text().lower()
    assert subject.keys.api_key.lower() not in text
    assert not [word for word in ("signature=", "timestamp=", "x-mbx-apikey") if word in text]
    assert "127.0.0.1" not in text


def test_an_answer_that_is_not_asked_for_fails(cassette: Path, subject: Subject) -> None:
    spoil(cassette, lambda told: told["interactions"].append(told["interactions"][-1]))
    with pytest.raises(AssertionError, match="answers were not asked for"):
        play(cassette, subject)


def test_a_request_that_the_cassette_does_not_hold_fails(cassette: Path, subject: Subject) -> None:
    spoil(cassette, lambda told: told["interactions"].pop())
    with pytest.raises(AssertionError, match="has no answer to DELETE"):
        play(cassette, subject)


def test_a_request_of_other_terms_fails(cassette: Path, subject: Subject) -> None:
    def dearer(told: dict[str, Any]) -> None:
        for each in told["interactions"]:
            each["request"]["uri"] = each["request"]["uri"].replace("quantity=", "quantity=1")

    spoil(cassette, dearer)
    with pytest.raises(AssertionError, match="has no answer to POST"):
        play(cassette, subject)


def test_a_signature_that_is_wrong_fails(cassette: Path, subject: Subject) -> None:
    forged = msgspec.structs.replace(subject, keys=Credentials(subject.keys.api_key, "not the secret"))
    with pytest.raises(AssertionError, match="is not signed as the venue wants"):
        play(cassette, forged)


def test_a_scenario_that_does_not_exist_fails(cassette: Path, subject: Subject) -> None:
    spoil(cassette, lambda told: told["metadata"].update(scenario="teleport"))
    with pytest.raises(AssertionError, match="no scenario 'teleport'"):
        play(cassette, subject)


def test_what_is_documented_names_its_page(cassette: Path) -> None:
    spoil(cassette, lambda told: told["metadata"].update(provenance="documented"))
    with pytest.raises(Unusable, match="names the page"):
        read_header(cassette)


@pytest.mark.parametrize(
    "secret", ['{"apiKey": "x"}', "-----BEGIN PRIVATE KEY-----", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5hJ7k"]
)
def test_a_secret_in_an_answer_is_refused(cassette: Path, secret: str) -> None:
    spoil(cassette, lambda told: told["interactions"][0]["response"]["body"].update(string=secret))
    with pytest.raises(Unusable, match="scrub it, or record it anew"):
        require_clean(cassette)


def test_scrubbing_keeps_what_is_asked_and_drops_what_proves() -> None:
    assert scrub_uri("https://a.b/c?symbol=X&timestamp=1&signature=f") == "https://a.b/c?symbol=X"
    assert scrub_body(b'{"nonce": 1, "order": {"apiKey": "k", "px": "1.0"}}') == b'{"order":{"px":"1.0"}}'
    assert scrub_body(b"nonce=1&pair=X") == b"pair=X"
    assert scrub_answer(b'{"uid": 7, "orders": [{"id": 1}]}') == b'{"uid":"scrubbed","orders":[{"id":1}]}'
    assert scrub_answer(b'{"id": 1}') == b'{"id": 1}'


def test_order_ids_and_market_names_are_no_secrets() -> None:
    assert find_secrets(["7f6a1c3e-7b1e-4e1b-9a39-6d2f1f6f9c11", "KXPRESPERSON-28-JVAN", "a" * 64, "9" * 50]) == []


@pytest.fixture
def testnet(subject: Subject) -> Iterator[Subject]:
    """Give the subject with a testnet on this machine: its simulator behind a server, on the real clock."""
    assert subject.make_simulator is not None
    loop, server = asyncio.new_event_loop(), Server(subject.make_simulator())
    loop.run_until_complete(server.start())
    running = threading.Thread(target=loop.run_forever)
    running.start()
    try:
        yield msgspec.structs.replace(
            subject, profile=msgspec.structs.replace(subject.profile, testnet=PracticeVenue(server.urls, "100"))
        )
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        running.join()
        loop.close()


def at(keys: Credentials | None, hosts: dict[str, str] | None) -> Venue:
    return discover(only="binance").build("binance", keys, hosts)


def test_a_live_recording_is_called_recorded_and_can_be_played(testnet: Subject, tmp_path: Path) -> None:
    (path,) = record_live(testnet, tmp_path, at, testnet.keys, [SCENARIO])
    assert read_header(path).provenance.value == "recorded"
    assert "127.0.0.1" not in path.read_text()
    play(path, testnet)


def test_a_live_recording_does_not_trade_above_its_cap(testnet: Subject, tmp_path: Path) -> None:
    assert testnet.profile.testnet is not None
    poor = msgspec.structs.replace(testnet.profile, testnet=PracticeVenue(testnet.profile.testnet.hosts, "1"))
    with pytest.raises(Unusable, match="worth more than 1"):
        record_live(msgspec.structs.replace(testnet, profile=poor), tmp_path, at, testnet.keys, [SCENARIO])
    assert not list(tmp_path.iterdir())


def test_a_live_recording_needs_keys_and_a_testnet(subject: Subject, testnet: Subject, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="VENUEKIT_API_KEY"):
        record_live(testnet, tmp_path, at, Credentials())
    bare = msgspec.structs.replace(subject, profile=msgspec.structs.replace(subject.profile, testnet=None))
    with pytest.raises(Unusable, match="real money"):
        record_live(bare, tmp_path, at, subject.keys)
