"""The documentation as a test: links lead somewhere, commands exist, Python runs, no name of the code is left out."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from enum import Enum
from importlib.metadata import metadata
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

import venuekit
import venuekit_engine
from docs.build import MARKED, ROOT, list_pages, render
from tests.cli_runner import process, sequence
from venuekit.capability import Mode, Op, Support
from venuekit.errors import RejectReason
from venuekit.lifecycle import TABLES, draw
from venuekit.plugin import Hooks
from venuekit_sdk.cli.demo.stage import Ready, open_stage

README = ROOT / "README.md"
ALONE = {"record", "demo", "conform", "simulate", "new-venue"}  # commands that ask no engine
PAGES = [*list_pages(), *sorted(ROOT.glob("plugins/*/README.md"))]
RUN = ["README.md", "docs/capture.md", "docs/market.md", "docs/writing-a-venue.md"]  # docs/sdk.md: test_sdk_docs.py
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))


def short(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(text: str, *languages: str) -> list[str]:
    return [body for language, body in FENCED.findall(text) if language in languages]


def commands(text: str) -> list[list[str]]:
    """List the commands of a page; what stands after two blanks describes them."""
    lines = [(lang, line) for lang in ("sh", "") for body in blocks(text, lang) for line in body.splitlines()]
    words = [(lang, shlex.split(re.split(r"\s{2,}", line.strip())[0], comments=True)) for lang, line in lines if line]
    known = (*CHECKS, "curl")
    return [split for lang, split in words if split and (lang == "sh" or split[0] in known)]


@pytest.fixture(scope="module")
def stage() -> Iterator[Ready]:
    with open_stage("demo", 7) as ready:
        yield ready


# ── generated parts ──


@pytest.mark.parametrize("page", list_pages(), ids=short)
def test_what_is_made_from_the_code_is_fresh(page: Path) -> None:
    text = page.read_text()
    assert text == render(text), f"{short(page)} is stale: run make docs"


@pytest.mark.parametrize("name", TABLES)
def test_the_pictures_of_states_are_the_tables(name: str) -> None:
    table: Any = TABLES[name]
    assert draw(table) in (ROOT / "docs" / "lifecycle.md").read_text()


def test_a_changed_table_makes_its_page_stale() -> None:
    page = (ROOT / "docs" / "lifecycle.md").read_text().replace("intent --> accepted", "intent --> filled")
    assert render(page) != page


# ── links ──


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", re.sub(FENCED, "", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCED.sub("", page.read_text())):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{short(page)} links to {link}, which is not there"
        assert not anchor or anchor in anchors(target), f"{short(page)} links to {link}: no such heading"


@pytest.mark.parametrize("index", ["docs/index.md", "docs/decisions/README.md"])
def test_an_index_names_every_page_beside_it(index: str) -> None:
    page = ROOT / index
    linked = set(LINK.findall(page.read_text()))
    assert [each.name for each in page.parent.glob("*.md") if each != page and each.name not in linked] == []


def test_a_news_fragment_is_named_after_its_topic_and_kind() -> None:
    pattern = re.compile(r"[a-z0-9-]+\.(added|changed|fixed|removed|security)\.md")
    found = [each.name for each in (ROOT / "docs" / "news").iterdir() if each.name != "README.md"]
    assert [name for name in found if not pattern.fullmatch(name)] == []


# ── Python ──


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_example_in_python_compiles(page: Path) -> None:
    for example in blocks(page.read_text(), "python"):
        compile(example, short(page), "exec")


@pytest.mark.parametrize("page", RUN)
def test_the_examples_of_a_page_run_in_order(page: str, stage: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQ_API_KEY", stage.test_key)
    monkeypatch.setenv("SEQ_BASE_URL", stage.base_url)
    examples = blocks(MARKED.sub("", (ROOT / page).read_text()), "python")
    assert examples
    names: dict[str, object] = {"__name__": "example"}
    for example in examples:
        exec(compile(example, page, "exec"), names)


# ── commands ──


def check_make(words: list[str]) -> None:
    assert all(word in TARGETS or "=" in word for word in words[1:])


def check_sequence(words: list[str]) -> None:
    # Options are read before help is given, so one that is not there is found and nothing is done.
    ended = sequence(*words[1:], "--help", key=None)
    assert ended.code == 0, ended.err


def check_python(words: list[str]) -> None:
    if words[1] == "-m" and words[2] != "pytest":
        assert find_spec(words[2]), f"there is no module {words[2]}"
        return
    paths = words[3:] if words[1:3] == ["-m", "pytest"] else words[1:2]
    assert paths
    assert all((ROOT / path).exists() for path in paths)


def check_pip(words: list[str]) -> None:
    assert words[1:3] == ["install", "-e"]
    extras = re.findall(r"\w+", words[3].partition("[")[2])
    assert set(extras) <= set(metadata("venuekit").get_all("Provides-Extra") or [])


def check_nothing(words: list[str]) -> None:
    """Let the shell's own words pass."""


CHECKS = {
    "make": check_make,
    "sequence": check_sequence,
    "python": check_python,
    "pip": check_pip,
    "export": check_nothing,
    ".": check_nothing,
}


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_command_is_there_and_takes_its_options(page: Path) -> None:
    for words in commands(page.read_text()):
        if words[0] != "curl":
            assert words[0] in CHECKS, f"{short(page)} asks for {words[0]}, which a newcomer may not have"
            CHECKS[words[0]](words)


def test_a_command_that_is_not_there_would_be_found() -> None:
    for words in (["fly"], ["buy", "BTC-USD", "1", "--no-such-option"]):
        with pytest.raises(AssertionError):
            check_sequence(["sequence", *words])


def test_the_first_steps_of_the_readme_work(stage: Ready) -> None:
    steps = [words for words in commands(README.read_text()) if words[:2] != ["sequence", "serve"]]
    client = [words[1:] for words in steps if words[0] == "sequence" and words[1] not in ALONE]
    assert [words[0] for words in client] == ["quote", "preview", "buy", "buy", "cancel", "positions"]
    for words in client:
        ended = sequence(*words, url=stage.base_url, key=stage.test_key)
        assert (ended.code, ended.err) == (0, "")


def test_every_curl_of_the_readme_is_answered(stage: Ready) -> None:
    asked = [words for words in commands(README.read_text()) if words[0] == "curl"]
    assert len(asked) >= 4
    for words in asked:
        url = next(word for word in words if word.startswith("$SEQ_BASE_URL")).replace("$SEQ_BASE_URL", stage.base_url)
        headers = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
        named = dict(each.replace("$SEQ_API_KEY", stage.test_key).split(": ", 1) for each in headers)
        body = words[words.index("-d") + 1] if "-d" in words else None
        answer = httpx.request("POST" if body else "GET", url, headers=named, content=body)
        assert answer.status_code == 200, answer.text
        assert json.loads(answer.text)


def test_the_demo_still_looks_as_the_readme_shows_it() -> None:
    shown = next(body for body in blocks(README.read_text(), "text") if "NBBO" in body)
    said = set(heads(process("demo").out))
    assert len(heads(shown)) >= 6
    assert [head for head in heads(shown) if head not in said] == []


def heads(text: str) -> list[str]:
    """List titles and heads of tables, without numbers and blanks, which differ from run to run."""
    lines = [" ".join(re.sub(r"[\d.,]+", "#", line).split()) for line in text.splitlines()]
    return [line for line in lines if line.startswith("# ") or (line and not re.search(r"[a-z#]", line))]


@pytest.mark.skipif(sys.platform == "win32", reason="make is for Unix")
def test_make_alone_lists_every_target() -> None:
    out = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True, env=_plain()
    ).stdout
    assert set(re.findall(r"^  make ([a-z]+)", out, re.MULTILINE)) == TARGETS
    assert {
        "setup",
        "demo",
        "check",
        "fix",
        "test",
        "peers",
        "soak",
        "bench",
        "serve",
        "clean",
        "docs",
        "help",
    } == TARGETS


def _plain() -> dict[str, str]:
    # Under `make test` the outer make's flags would be taken over.
    return {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}


# ── nothing is left out ──


def every_module(*packages: ModuleType) -> Iterator[ModuleType]:
    for package in packages:
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name:
                yield importlib.import_module(found.name)


def every_fault() -> set[str]:
    return {
        name
        for module in every_module(venuekit, venuekit_engine)
        for name, thing in vars(module).items()
        if isinstance(thing, type) and issubclass(thing, Exception) and thing.__module__ == module.__name__
    }


def unnamed(words: Iterable[str]) -> list[str]:
    text = "\n".join(page.read_text() for page in (ROOT / "docs").rglob("*.md"))
    return sorted(word for word in words if f"`{word}" not in text)


def test_every_fault_is_in_the_docs() -> None:
    faults = every_fault()
    assert {"Refused", "OrderGone", "OutcomeUnknown", "JournalBroken"} <= faults
    text = (ROOT / "docs" / "errors.md").read_text() + (ROOT / "docs" / "capture.md").read_text()
    assert sorted(name for name in faults if not re.search(rf"\b{name}\b", text)) == []


def test_every_hook_is_in_the_docs() -> None:
    assert unnamed(name for name in vars(Hooks) if name.startswith("venuekit_")) == []


@pytest.mark.parametrize("words", [Op, Support, Mode, RejectReason], ids=lambda kind: kind.__name__)
def test_every_word_of_the_vocabulary_is_in_the_docs(words: type[Enum]) -> None:
    assert unnamed(str(word.value) for word in words) == []
