"""A plugin as `sequence new-venue` writes it, made importable, for tests that spoil it."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from venuekit.plugin import GROUP
from venuekit_testkit.scaffold.scaffold import write_plugin


def begin(name: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a plugin, importable here and in processes of ours; give its package."""
    write_plugin(name, place, standalone=True)
    monkeypatch.syspath_prepend(place / f"venuekit-{name}")
    monkeypatch.setenv("PYTHONPATH", str(place / f"venuekit-{name}"))
    return place / f"venuekit-{name}" / f"venuekit_{name}"


def forget(name: str) -> None:
    """Let the next test import another one of this name."""
    for module in [module for module in sys.modules if module.startswith(f"venuekit_{name}")]:
        del sys.modules[module]


def point(name: str) -> EntryPoint:
    """Make the entry point that an installed plugin has."""
    return EntryPoint(name, f"venuekit_{name}", GROUP)
