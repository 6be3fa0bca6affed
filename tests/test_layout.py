"""The architecture as a test: who may import whom, and that what lies on disk is what is published."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {
    "venuekit": ROOT / "core" / "venuekit",
    "venuekit_engine": ROOT / "engine" / "venuekit_engine",
    "venuekit_sdk": ROOT / "sdk" / "venuekit_sdk",
    "venuekit_testkit": ROOT / "testkit" / "venuekit_testkit",
}
PLUGINS = sorted(path for path in (ROOT / "plugins").glob("venuekit_*") if path.is_dir())
# What each part may import of the others. The CLI starts engines, so it may name the engine inside functions.
MAY_IMPORT = {
    "venuekit": set[str](),
    "venuekit_engine": {"venuekit"},
    "venuekit_sdk": set[str](),
    "venuekit_testkit": {"venuekit"},
}
# Inside the core, arrows point from the top of this list down; `run` alone performs effects.
CORE_LAYERS = ("run", "graph", "route", "book")


def imports_of(path: Path, *, top_only: bool = False) -> set[str]:
    tree = ast.parse(path.read_text())
    nodes = tree.body if top_only else list(ast.walk(tree))
    named: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            named.add(node.module)
    return named


def ours(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names if name.split(".")[0].startswith("venuekit")}


@pytest.mark.parametrize("part", FOLDERS)
def test_arrows_point_one_way(part: str) -> None:
    for path in FOLDERS[part].rglob("*.py"):
        is_cli = part == "venuekit_sdk" and "cli" in path.parts
        allowed = MAY_IMPORT[part] | {part}
        found = ours(imports_of(path, top_only=is_cli)) - allowed
        assert not found, f"{path.relative_to(ROOT)} imports {sorted(found)}, which points back up"


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_sees_the_core_and_itself(plugin: Path) -> None:
    for path in plugin.rglob("*.py"):
        in_tests = "tests" in path.relative_to(plugin).parts
        allowed = {"venuekit", plugin.name} | ({"venuekit_testkit"} if in_tests else set())
        found = ours(imports_of(path)) - allowed
        assert not found, f"{path.relative_to(ROOT)} imports {sorted(found)}"


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_performs_no_effects(plugin: Path) -> None:
    effects = {
        "socket",
        "asyncio",
        "aiohttp",
        "httpx",
        "time",
        "random",
        "secrets",
        "os",
        "urllib.request",
        "threading",
    }
    for path in plugin.rglob("*.py"):
        if "tests" not in path.relative_to(plugin).parts:
            found = imports_of(path) & effects
            assert not found, f"{path.relative_to(ROOT)} imports {sorted(found)}: the core sends, waits and draws"


def test_the_layers_of_the_core_do_not_look_up() -> None:
    core = FOLDERS["venuekit"]
    for rank, layer in enumerate(CORE_LAYERS):
        above = {f"venuekit.{name}" for name in CORE_LAYERS[:rank]}
        for path in (core / layer).rglob("*.py"):
            found = {name for name in imports_of(path) if any(name == a or name.startswith(a + ".") for a in above)}
            assert not found, f"{path.relative_to(ROOT)} imports {sorted(found)}"


def test_effects_of_the_core_have_one_address() -> None:
    core = FOLDERS["venuekit"]
    for path in core.rglob("*.py"):
        if "run" not in path.relative_to(core).parts:
            found = imports_of(path) & {"socket", "asyncio", "aiohttp", "time", "random", "secrets"}
            assert not found, f"{path.relative_to(ROOT)} imports {sorted(found)}; effects belong in run/"


def test_nobody_imports_the_folders() -> None:
    for path in ROOT.rglob("*.py"):
        if any(part.startswith(".") for part in path.relative_to(ROOT).parts):
            continue
        found = {name.split(".")[0] for name in imports_of(path)} & {"core", "plugins", "engine", "sdk", "testkit"}
        assert not found, f"{path.relative_to(ROOT)} imports {sorted(found)}"


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_a_manifest_says_what_the_folder_is(plugin: Path) -> None:
    manifest = tomllib.loads((plugin / "venue.toml").read_text())
    assert f"venuekit_{manifest['id']}" == plugin.name
    assert {"id", "name", "kind", "docs", "owners", "hosts"} <= set(manifest)
    assert all(host and "://" not in host for host in manifest["hosts"])
    for name in ("__init__.py", "venue.py", "wire.py", "parse.py", "capability.py", "README.md", "quality.toml"):
        assert (plugin / name).is_file(), f"{plugin.name} has no {name}"


def test_every_plugin_folder_is_an_entry_point() -> None:
    ids = {tomllib.loads((plugin / "venue.toml").read_text())["id"] for plugin in PLUGINS}
    missing = ids - {point.name for point in entry_points(group="venuekit.venues")}
    assert not missing, f"{', '.join(sorted(missing))} is not installed: pip install -e . reads the new venue.toml"


def test_importing_the_core_is_light() -> None:
    code = (
        "import sys, venuekit, venuekit.venue, venuekit.plugin;"
        "stacks = {'aiohttp', 'litestar', 'httpx', 'sqlalchemy', 'uvicorn', 'typer', 'rich', 'asyncio'};"
        "heavy = stacks & set(sys.modules);"
        "plugins = {name for name in sys.modules if name.startswith('venuekit_')};"
        "print(sorted(heavy | plugins))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert out == "[]"


def test_no_file_has_outgrown_its_noun() -> None:
    for folder in (*FOLDERS.values(), *PLUGINS):
        for path in folder.rglob("*.py"):
            if "tests" not in path.relative_to(folder).parts:
                lines = path.read_text().count("\n")
                assert lines <= 400, f"{path.relative_to(ROOT)} has {lines} lines: which second noun moved in?"
