"""A plugin outside this project: `docs/acme`, installed and found beside ours, as `docs/writing-a-venue.md` tells.

What must stay true: a stranger needs nothing of this tree but the installed package, and finding a plugin does not
import its venue.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LISTED = """
import sys
from venuekit.plugin import discover
found = discover()
print(found.sources["acme"], found.refused, "binance" in found.venues, "venuekit_acme.venue" in sys.modules)
print(type(found.build("acme")).__name__, "venuekit_acme.venue" in sys.modules)
"""


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a copy of the example, and beside it, in `site`, what pip made of it."""
    folder = tmp_path_factory.mktemp("outside")
    shutil.copytree(ROOT / "docs" / "acme", folder / "acme", ignore=shutil.ignore_patterns("__pycache__"))
    alone = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
    install = [sys.executable, "-m", "pip", "install", "-q", *alone, "--target", "site", "./acme"]
    subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=120)
    return folder


def run(outside: Path, *words: str, only: str = "") -> str:
    environment = {**os.environ, "PYTHONPATH": str(outside / "site"), "VENUEKIT_PLUGINS": only}
    done = subprocess.run(
        [sys.executable, *words], cwd=outside, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_found_beside_ours_and_its_venue_imported_when_built(outside: Path) -> None:
    assert run(outside, "-c", LISTED) == "venuekit-acme 0.1.0 [] True False\nAcme True\n"


def test_it_can_be_loaded_alone(outside: Path) -> None:
    assert run(outside, "-c", LISTED, only="acme").startswith("venuekit-acme 0.1.0 [] False False\n")


def test_its_own_tests_are_green(outside: Path) -> None:
    assert "passed" in run(outside, "-m", "pytest", "-q", "-p", "no:cacheprovider", "acme/tests")


def test_it_is_as_strictly_typed_as_ours(outside: Path) -> None:
    config = ("--strict", "--config-file=", "--cache-dir", str(outside / "cache"))
    assert "Success" in run(outside, "-m", "mypy", *config, "site/venuekit_acme")
