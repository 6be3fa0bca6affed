"""A plugin outside this project: `examples/acme`, built as a wheel, installed in an empty environment, found and tried.

What must stay true: a stranger needs nothing of this tree but what is published, finding a plugin does not import its
venue, and the suite in the wheel is the suite of this tree, cassettes included.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
QUIET = ("-q", "--disable-pip-version-check")
LISTED = """
import sys
from venuekit.plugin import discover
found = discover()
print(found.sources["acme"], found.refused, "binance" in found.venues, "venuekit_acme.venue" in sys.modules)
print(type(found.build("acme")).__name__, "venuekit_acme.venue" in sys.modules)
"""

Run = Callable[..., str]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with both wheels, built here."""
    folder = tmp_path_factory.mktemp("wheels")
    for source in (ROOT, ROOT / "examples" / "acme"):
        build = ("wheel", *QUIET, "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
        subprocess.run([sys.executable, "-m", "pip", *build], check=True, capture_output=True, timeout=300)
    return folder


@pytest.fixture(scope="module")
def run(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Give what runs a program of an environment that holds both wheels and what they need, and no more."""
    home = tmp_path_factory.mktemp("empty")
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, timeout=300)
    (ours,), (theirs,) = wheels.glob("venuekit-*.whl"), wheels.glob("venuekit_acme-*.whl")
    install = ("-m", "pip", "install", *QUIET, f"{ours}[testkit]", str(theirs))
    subprocess.run([home / "bin" / "python", *install], check=True, capture_output=True, timeout=600)

    def run(program: str, *words: str, only: str = "") -> str:
        environment = {**os.environ, "VENUEKIT_PLUGINS": only, "PYTEST_ADDOPTS": ""}
        command = [str(home / "bin" / program), *words]
        done = subprocess.run(
            command, cwd=home, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_it_is_found_beside_ours_and_its_venue_imported_when_built(run: Run) -> None:
    assert run("python", "-c", LISTED) == "venuekit-acme 0.2.0 [] True False\nAcme True\n"


def test_it_can_be_loaded_alone(run: Run) -> None:
    assert run("python", "-c", LISTED, only="acme").startswith("venuekit-acme 0.2.0 [] False False\n")


def test_it_reaches_trading_with_the_suite_of_the_wheel(run: Run, tmp_path: Path) -> None:
    told = run("sequence", "conform", "acme", "--report", str(tmp_path))
    assert told.startswith("acme: L2 trading")
    report = json.loads((tmp_path / "conformance.json").read_text())
    assert report["source"] == "venuekit-acme 0.2.0"
    assert "broke" not in report["counts"]
    assert json.loads((tmp_path / "badge.json").read_text())["message"] == "L2 trading"


def test_pytest_tries_the_same_laws(run: Run) -> None:
    told = run("pytest", "--pyargs", "venuekit_testkit", "--venue", "acme", "-q", "-p", "no:cacheprovider")
    assert "passed" in told
    assert "failed" not in told


def test_our_cassettes_are_in_the_wheel(run: Run) -> None:
    told = run("sequence", "conform", "binance", "--only", "CA")
    assert "cassettes: " in told
    assert "unproven" not in told


def test_it_is_as_strictly_typed_as_ours(tmp_path: Path) -> None:
    config = ("--strict", "--config-file=", "--cache-dir", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *config, "venuekit_acme"],
        cwd=ROOT / "examples" / "acme",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Success" in done.stdout, done.stdout
