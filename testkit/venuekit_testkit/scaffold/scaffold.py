"""Write the folder of a new plugin.

Used by `sequence new-venue`. What must stay true: what is written passes the same checks as this tree, nothing that
exists is written over, and the first run of the suite says what to do next.
"""

from __future__ import annotations

import keyword
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Final

NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,30}")
ENDING: Final = ".tmpl"


class Unwritable(Exception):
    """A folder that cannot be written, in one sentence that says what to do."""


def write_plugin(name: str, place: Path, *, standalone: bool) -> list[Path]:
    """Write a plugin under a folder: `venuekit_<name>`, or a package of its own. Raises: Unwritable."""
    words = _words(name)
    root = place / (f"venuekit-{name}" if standalone else f"venuekit_{name}")
    if root.exists():
        raise Unwritable(f"{root} exists: nothing was written; choose another name or another --into")
    package = root / f"venuekit_{name}" if standalone else root
    written = _write(_templates("package"), package, words, skip=("tests",) if standalone else ())
    if standalone:
        written += _write(_templates("standalone"), root, words)
        written += _write(_templates("package") / "tests", root / "tests", words)
    return written


def _words(name: str) -> dict[str, str]:
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise Unwritable(f"{name!r} is no name for a venue: small letters, digits and _, beginning with a letter")
    title = "".join(part.capitalize() for part in name.split("_"))
    return {"id": name, "title": title, "package": f"venuekit_{name}", "upper": name.upper()}


def _templates(which: str) -> Traversable:
    return files("venuekit_testkit") / "scaffold" / "templates" / which


def _write(source: Traversable, to: Path, words: dict[str, str], skip: tuple[str, ...] = ()) -> list[Path]:
    written: list[Path] = []
    for each in sorted(source.iterdir(), key=lambda entry: entry.name):
        if each.name in skip:
            continue
        if each.is_dir():
            written += _write(each, to / each.name, words)
        elif each.name.endswith(ENDING):
            path = to / Template(each.name.removesuffix(ENDING)).substitute(words)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Template(each.read_text()).substitute(words))
            written.append(path)
    return written
