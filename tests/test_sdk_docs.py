"""The documentation of the client and the command: it runs, and it leaves nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli_runner import sequence
from venuekit_sdk import Sequence
from venuekit_sdk.cli.app import app
from venuekit_sdk.cli.demo.stage import open_stage

DOCS = Path(__file__).resolve().parent.parent / "docs"
SDK, CLI = (DOCS / name for name in ("sdk.md", "cli.md"))


def test_every_example_of_the_client_runs_in_order(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = re.findall(r"```python\n(.*?)```", SDK.read_text(), re.DOTALL)
    assert len(examples) >= 5
    names: dict[str, object] = {"__name__": "example"}
    with open_stage("demo", 7) as ready:
        monkeypatch.setenv("SEQ_API_KEY", ready.test_key)
        monkeypatch.setenv("SEQ_BASE_URL", ready.base_url)
        for example in examples:
            exec(compile(example, str(SDK), "exec"), names)
    said = capsys.readouterr().out
    assert "completed 0.25 at" in said
    assert "NOT_FOUND" in said


def test_every_verb_and_error_is_in_the_page() -> None:
    import venuekit_sdk

    page = SDK.read_text()
    verbs = [name for name in vars(Sequence) if not name.startswith("_") and name != "run"]
    words = [*verbs, *venuekit_sdk.__all__]
    assert [word for word in words if f"`{word}" not in page and f"{word}(" not in page] == []


def test_every_command_is_in_the_page() -> None:
    page = CLI.read_text()
    commands = [each.name or each.callback.__name__ for each in app.registered_commands if each.callback]
    assert len(commands) == 24
    assert [name for name in commands if f"`{name}" not in page] == []


def test_every_exit_code_is_in_the_page() -> None:
    from venuekit_sdk.cli.exits import Exit

    assert [code for code in Exit if f"| {int(code)} |" not in CLI.read_text()] == []


@pytest.mark.parametrize("option", ["--limit", "--notional", "--venue", "--tif", "--graph-id", "--wait"])
def test_options_that_the_page_names_are_there(option: str) -> None:
    assert option in sequence("buy", "--help", key=None).out
