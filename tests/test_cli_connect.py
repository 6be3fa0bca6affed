"""Giving keys to venues at the prompt: what is asked, what is sent, and that nothing is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli_runner import sequence
from tests.sdk_server import FakeEngine, fake_engine


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    with fake_engine() as engine:
        yield engine


@pytest.mark.parametrize(
    ("venue", "answers", "body"),
    [
        ("binance", "ak\nhush\n", {"api_key": "ak", "api_secret": "hush"}),
        (
            "polymarket",
            "0xhush\n\n",
            {"api_key": "", "api_secret": "", "extra_json": {"signer_private_key": "0xhush"}},
        ),
    ],
)
def test_what_was_answered_is_sent_and_not_shown(
    engine: FakeEngine, venue: str, answers: str, body: dict[str, Any]
) -> None:
    done = sequence("connect", venue, url=engine.url, stdin=answers)
    assert done.code == 0
    assert engine.asked[0].body == body
    assert "hush" not in done.out + done.err


def test_a_pem_comes_from_a_file(engine: FakeEngine, tmp_path: Path) -> None:
    pem = tmp_path / "key.pem"
    pem.write_text("-----BEGIN-----\nhush\n-----END-----\n")
    sequence("connect", "kalshi", url=engine.url, stdin=f"id\n@{pem}\n")
    assert engine.asked[0].body == {"api_key": "id", "api_secret": pem.read_text()}


@pytest.mark.parametrize("answers", ["", "ak\n", "ak\n\n", "ak\n@/no/such/file\n"])
def test_a_missing_answer_sends_nothing(engine: FakeEngine, answers: str) -> None:
    assert sequence("connect", "binance", url=engine.url, stdin=answers).code == 2
    assert engine.asked == []


def test_a_venue_that_nobody_offers_is_refused(engine: FakeEngine) -> None:
    assert sequence("connect", "acme", url=engine.url, stdin="a\nb\n").code == 1


def test_a_venue_is_forgotten(engine: FakeEngine) -> None:
    done = sequence("disconnect", "binance", "--json", url=engine.url)
    assert (done.json["venue"], done.json["connected"]) == ("binance", False)
    assert [each.method for each in engine.asked] == ["DELETE"]


def test_no_venue_at_all_says_what_to_do(engine: FakeEngine) -> None:
    engine.canned["GET", "/v1/credentials"] = []
    assert "sequence connect VENUE" in sequence("venues", url=engine.url).out
