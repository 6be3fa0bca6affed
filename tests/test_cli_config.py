"""Where the CLI keeps keys and to whom it gives them."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli_runner import sequence
from tests.sdk_server import ACCOUNT, KEY, Fail, FakeEngine, fake_engine
from venuekit_sdk.cli.config import Config, config_path, load_config, save_config
from venuekit_sdk.cli.session import Given, resolve


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "deep" / "config.toml"
    monkeypatch.setenv("SEQUENCE_CONFIG", str(path))
    for name in ("SEQ_API_KEY", "SEQ_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return path


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    with fake_engine() as engine:
        yield engine


def test_the_file_is_where_it_is_said_to_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert config_path() == path
    monkeypatch.delenv("SEQUENCE_CONFIG")
    assert config_path() == Path.home() / ".sequence" / "config.toml"


def test_only_the_owner_can_read_it_even_where_all_could_before(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("url = 'old'\n")
    path.chmod(0o644)
    save_config(path, Config("http://x", KEY))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(each.name for each in path.parent.iterdir()) == ["config.toml"]


@given(url=st.text(), key=st.text(), other=st.text())
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, url: str, key: str, other: str) -> None:
    path = tmp_path_factory.mktemp("config") / "config.toml"
    config = Config(*(text.encode(errors="ignore").decode() for text in (url, key, other)))
    save_config(path, config)
    assert load_config(path) == config


def test_login_checks_the_key_then_keeps_it(engine: FakeEngine, path: Path) -> None:
    done = sequence("login", "--url", engine.url, key=None, stdin=f"{KEY}\n")
    assert done.code == 0
    assert KEY not in done.out + done.err
    assert [each.path for each in engine.asked] == ["/v1/account"]
    assert tomllib.loads(path.read_text()) == {"url": engine.url, "test_key": KEY}
    assert sequence("account", "--json", key=None).json == ACCOUNT


def test_a_key_that_the_server_refuses_is_not_kept(engine: FakeEngine, path: Path) -> None:
    engine.fails = [Fail(401, "unknown key", "UNAUTHORIZED")]
    assert sequence("login", url=engine.url).code == 1
    assert not path.exists()


def test_a_live_and_a_sandbox_key_are_kept_side_by_side(engine: FakeEngine, path: Path) -> None:
    sequence("login", url=engine.url, key="seq_test_t")
    engine.canned["GET", "/v1/account"] = ACCOUNT | {"is_sandbox": False}
    sequence("login", url=engine.url, key="seq_live_l")
    assert load_config(path) == Config(engine.url, "seq_live_l", "seq_test_t")
    sequence("orders", key=None)
    sequence("orders", "--sandbox", key=None)
    sequence("--sandbox", "orders", key=None)
    assert [each.key for each in engine.asked[-3:]] == ["Bearer seq_live_l", "Bearer seq_test_t", "Bearer seq_test_t"]


def test_a_login_elsewhere_forgets_the_keys_to_the_old_place(engine: FakeEngine, path: Path) -> None:
    save_config(path, Config("http://old", "seq_live_old", "seq_test_old"))
    sequence("login", url=engine.url, key="seq_test_new")
    assert load_config(path) == Config(engine.url, "", "seq_test_new")


def test_the_keys_of_the_file_go_to_its_server_only(engine: FakeEngine, path: Path) -> None:
    save_config(path, Config("http://mine", KEY))
    done = sequence("account", url=engine.url, key=None)
    assert done.code == 2
    assert engine.asked == []


def test_the_command_line_stands_before_the_environment_before_the_file(
    engine: FakeEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_config(path, Config(engine.url, "of-the-file"))
    sequence("account", key=None)
    monkeypatch.setenv("SEQ_API_KEY", "of-the-environment")
    sequence("account", key=None)
    sequence("account", key="ahead")
    sequence("account", "--key", "behind", key="ahead")
    keys = ["of-the-file", "of-the-environment", "ahead", "behind"]
    assert [each.key for each in engine.asked] == [f"Bearer {key}" for key in keys]


def test_the_environment_may_name_the_server(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQ_BASE_URL", engine.url)
    assert sequence("account").code == 0


def test_a_slash_at_the_end_is_the_same_server() -> None:
    assert resolve(Given("http://mine/"), Config("http://mine", "k")) == ("http://mine", "k")


def test_a_broken_file_is_told_without_its_words(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("live_key = seq_live_hush\n")
    done = sequence("account", key=None)
    assert done.code == 2
    assert str(path) in done.err.replace("\n", "")
    assert "hush" not in done.out + done.err


def test_no_repr_shows_a_key() -> None:
    words = repr(Config("http://x", KEY, KEY)) + repr(Given("http://x", KEY))
    assert KEY not in words


def test_help_shows_no_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQ_API_KEY", KEY)
    done = sequence("--help", key=None)
    assert KEY not in done.out
    assert "SEQ_API_KEY" in done.out
