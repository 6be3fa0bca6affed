"""How commands end: exit codes and what is said on stderr."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli_runner import process, sequence
from tests.sdk_server import KEY, Fail, FakeEngine, fake_engine
from venuekit_sdk import errors
from venuekit_sdk.cli.exits import EXITS, NEXT, Exit, exit_of, explain


@pytest.fixture(autouse=True)
def no_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQUENCE_CONFIG", str(tmp_path / "config.toml"))
    for name in ("SEQ_API_KEY", "SEQ_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    with fake_engine() as engine:
        yield engine


CODES = {
    "Refused": 1, "Unauthorized": 1, "Forbidden": 1, "NotFound": 1, "Conflict": 1, "Invalid": 1, "RateLimited": 1,
    "Unreachable": 3, "Unavailable": 3, "Unreadable": 3, "OutcomeUnknown": 3,
}  # fmt: skip


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_every_error_has_its_exit_code(name: str, code: int) -> None:
    assert exit_of(getattr(errors, name)(0, "C", "m")) == code


def test_the_table_of_codes_covers_every_error() -> None:
    kinds = {
        kind.__name__ for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ApiError)
    }
    assert kinds - {"ApiError"} == set(CODES)
    assert exit_of(ValueError("x")) == Exit.USAGE
    assert [code for _, code in EXITS] == [Exit.UNREACHABLE, Exit.REFUSED, Exit.USAGE]


@pytest.mark.parametrize("name", sorted(set(CODES) - {"Refused"}))
def test_every_error_says_what_to_do_next(name: str) -> None:
    kind: type[errors.ApiError] = getattr(errors, name)
    expected = next(text for each, text in NEXT if each is kind)
    assert explain(kind(0, "C", "m"))[-1].startswith(f"  next: {expected.split('{')[0]}")


@pytest.mark.parametrize(("status", "code"), [(401, 1), (403, 1), (404, 1), (409, 1), (422, 1), (500, 3), (302, 3)])
def test_what_the_server_answers_decides_the_code(engine: FakeEngine, status: int, code: int) -> None:
    engine.fails = [Fail(status, "because", "WHY")]
    done = sequence("account", "--json", url=engine.url)
    assert (done.code, done.out) == (code, "")
    assert "because" in done.err


def test_a_refusal_names_each_field_and_the_request(engine: FakeEngine) -> None:
    details = ({"field": "nodes[0].side", "message": "is required"}, {"field": "qty", "message": "must be > 0"})
    engine.fails = [Fail(422, "the order is not valid", "VALIDATION_ERROR", details=details)]
    done = sequence("buy", "BTC-USD", "1", url=engine.url)
    assert done.err.splitlines() == [
        "refused: 422 VALIDATION_ERROR: the order is not valid",
        "  nodes[0].side: is required",
        "  qty: must be > 0",
        "  request id: req-1",
        "  next: correct what is named above",
    ]


def test_an_order_in_doubt_says_how_to_ask(engine: FakeEngine) -> None:
    engine.fails = [Fail(500, acted=True)]
    done = sequence("buy", "BTC-USD", "1", url=engine.url)
    (graph_id,) = engine.graphs
    assert done.code == 3
    assert f"sequence order {graph_id}" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["buy", "BTC-USD"],
        ["buy", "BTC-USD", "0"],
        ["buy", "BTC-USD", "one"],
        ["buy", "BTC-USD", "1.123456789"],
        ["buy", "BTC-USD", "1", "--limit", "0"],
        ["buy", "BTC-USD", "1", "--tif", "DAY"],
        ["buy", "BTC-USD", "--", "-1"],
        ["preview", "BTC-USD", "hold", "1"],
        ["cancel", "a:b"],
        ["order", "no/such"],
        ["positions", "--kinds", "gold"],
        ["quote"],
        ["quote", "BTC-USD", "--depth", "0"],
        ["no-such-command"],
        ["quote", "BTC-USD", "--no-such-option"],
    ],
)
def test_wrong_usage_is_two_and_asks_nobody(engine: FakeEngine, words: list[str]) -> None:
    done = sequence(*words, url=engine.url)
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert engine.asked == []


def test_no_key_is_usage_and_says_where_to_put_one() -> None:
    done = sequence("account", key=None)
    assert done.code == 2
    assert "sequence login" in done.err
    assert "SEQ_API_KEY" in done.err


def test_nobody_there_is_three() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    done = process("--url", url, "--key", KEY, "account", "--json")
    assert (done.code, done.out) == (3, "")
    assert "not reachable" in done.err
    assert "sequence serve" in done.err
    assert KEY not in done.err


def test_a_stranger_at_the_address_is_three(engine: FakeEngine) -> None:
    engine.fails = [Fail(200, raw=b"<html>hello</html>")]
    done = sequence("account", url=engine.url)
    assert done.code == 3
    assert "check --url" in done.err


def test_a_key_with_a_line_break_is_not_repeated(engine: FakeEngine) -> None:
    done = sequence("account", url=engine.url, key=f"{KEY}\nX")
    assert done.code == 2
    assert KEY not in done.out + done.err


@pytest.mark.parametrize("words", [("quote", ""), ("order", ""), ("cancel", "")])
def test_an_empty_name_is_a_mistake_of_the_caller(engine: FakeEngine, words: tuple[str, ...]) -> None:
    done = sequence(*words, url=engine.url)
    assert (done.code, done.out) == (Exit.USAGE, "")
    assert engine.asked == []
