"""Imports a plugin in a process of its own and watches what that does.

Used by the laws of security, once a package. What must stay true: the watching process has nothing of the plugin's in
it yet, so that every line runs that a first import runs.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from venuekit_testkit.bench.profile import folder_of

# What a plugin has no use for: the core sends, waits, draws and reads the clock.
EFFECTS: Final = frozenset((
    "socket", "ssl", "asyncio", "selectors", "aiohttp", "httpx", "requests", "urllib3", "websockets", "websocket",
    "http.client", "urllib.request", "time", "random", "secrets", "os", "subprocess", "threading", "multiprocessing",
    "concurrent", "tempfile", "shutil", "sched", "signal", "uuid",
))  # fmt: skip
CALLS: Final = frozenset(("open", "print", "input", "eval", "exec", "breakpoint", "__import__"))
CLOCKS: Final = frozenset(("now", "utcnow", "today"))
WATCH: Final = """
import sys
package, venue = sys.argv[1:]
told = []
def hear(event, args):
    if event.split(".")[0] in ("socket", "subprocess", "ftplib", "urllib", "http") or event in ("os.system", "os.exec"):
        told.append(event)
    elif event == "open" and set(str(args[1])) & set("wx+") and "__pycache__" not in str(args[0]):
        told.append("a file written")
import importlib
import venuekit.venue, venuekit.plugin
sys.addaudithook(hear)
def watch(module, names, what):
    for name in names:
        real = getattr(module, name)
        def call(*args, _real=real, **named):
            if sys._getframe(1).f_globals.get("__name__", "").split(".")[0] == package.split(".")[0]:
                told.append(what)
            return _real(*args, **named)
        setattr(module, name, call)
import time, random, os, datetime
watch(time, ("time", "time_ns", "monotonic", "monotonic_ns", "sleep"), "the clock read")
watch(random, ("random", "randint", "getrandbits", "choice"), "a random number drawn")
watch(os, ("urandom", "getenv"), "the machine asked")
importlib.import_module(package)
if venue in sys.modules and venue != package:
    told.append("the venue imported by its offer")
importlib.import_module(venue)
print("; ".join(sorted(set(told))))
"""


@cache
def watch_import(package: str, venue: str) -> str:
    """Import a package, then the module of its venue; tell what was done besides, or "".

    Raises: AssertionError where they cannot be imported.
    """
    done = subprocess.run(
        [sys.executable, "-c", WATCH, package, venue], capture_output=True, text=True, timeout=60, check=False
    )
    last = done.stderr.strip().splitlines()[-1:] or [""]
    assert done.returncode == 0, f"{package} cannot be imported by itself: {last[0]}"
    return done.stdout.strip()


@cache
def find_effects(package: str) -> tuple[str, ...]:
    """List the places of a plugin's code, its tests aside, that act on the world or ask it."""
    folder = folder_of(package)
    files = (path for path in sorted(folder.rglob("*.py")) if "tests" not in path.relative_to(folder).parts)
    return tuple(f"{path.relative_to(folder)}:{line} {what}" for path in files for line, what in _effects(path))


def _effects(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, f"imports {each.name}") for each in node.names if _is_effect(each.name))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level and _is_effect(node.module):
            yield node.lineno, f"imports {node.module}"
        elif isinstance(node, ast.Call) and (what := _called(node.func)):
            yield node.lineno, f"calls {what}"


def _is_effect(module: str) -> bool:
    return module in EFFECTS or module.partition(".")[0] in EFFECTS


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id if function.id in CALLS else ""
    if isinstance(function, ast.Attribute) and function.attr in CLOCKS:
        owner = ast.unparse(function.value)
        return f"{owner}.{function.attr}" if owner.rpartition(".")[2] in ("datetime", "date") else ""
    return ""
