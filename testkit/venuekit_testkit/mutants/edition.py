"""An edited copy of the reference package that can be imported, here and in processes of ours, while it is used.

Used by `score.py`. What must stay true: the copy has a name of its own, and nothing of it is left behind.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from os import environ, pathsep
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch

from venuekit.plugin import load
from venuekit_testkit.bench.build import Subject, make_subject
from venuekit_testkit.bench.profile import folder_of
from venuekit_testkit.mutants.mutant import Edit
from venuekit_testkit.reference.subject import PACKAGE

KINDS: Final = frozenset((".py", ".toml", ".json"))


@contextmanager
def edited(called: str, *edits: Edit) -> Iterator[Subject]:
    """Write the copy, and give what is to be tried. Raises: ValueError for an edit that changes nothing."""
    name = f"venuekit_{called.replace('-', '_')}"
    with TemporaryDirectory() as folder, _importable(folder, name):
        _write(Path(folder) / name, name, edits)
        yield make_subject("reference", name, lambda keys: load(f"{name}.venue:ReferenceVenue")(keys))


def _write(folder: Path, name: str, edits: Iterable[Edit]) -> None:
    copytree(folder_of(PACKAGE), folder)
    for edit in edits:
        _change(folder, edit)
    for path in (path for path in folder.rglob("*") if path.suffix in KINDS):
        path.write_text(path.read_text().replace(PACKAGE, name))


def _change(folder: Path, edit: Edit) -> None:
    text = (folder / edit.file).read_text()
    if edit.old not in text:
        raise ValueError(f"{edit.file} of the reference package has no {edit.old!r} to change")
    (folder / edit.file).write_text(text.replace(edit.old, edit.new, 1))


@contextmanager
def _importable(folder: str, name: str) -> Iterator[None]:
    path = pathsep.join((folder, environ["PYTHONPATH"])) if environ.get("PYTHONPATH") else folder
    with patch.dict(environ, PYTHONPATH=path), patch.object(sys, "path", [folder, *sys.path]):
        importlib.invalidate_caches()
        try:
            yield
        finally:
            for module in [each for each in sys.modules if each.partition(".")[0] == name]:
                del sys.modules[module]
