"""Generate the mutants of a package: one change of one node of one module each, as source that compiles.

Used by `trial.py` and by tests. What must stay true: the same source and seed give the same mutants in the same order;
what only people or type checkers read (docstrings, annotations, messages) is left alone.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from venuekit_testkit.bench.profile import folder_of
from venuekit_testkit.mutants.generated.operators import OPERATORS, Placed, Signatures

# Fields of nodes that decide nothing at run time, or only how a class is laid out.
SKIPPED: Final = frozenset(("annotation", "returns", "bases", "decorator_list"))
SILENT: Final = (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Global)


class Module(msgspec.Struct, frozen=True):
    """One module of a package, read and not imported."""

    name: str
    path: Path
    text: str


class Generated(msgspec.Struct, frozen=True):
    """One mutant. `scope` is the qualified name of the innermost function around it, "" for what runs on import."""

    module: Module  # as it is
    scope: str
    line: int
    operator: str
    before: str
    after: str
    source: str  # of the module, mutated

    @property
    def key(self) -> str:
        """Name it without its line, as lists of equivalents do."""
        return f"{self.module.name.rpartition('.')[2]}:{self.scope or '-'}: {self.before} -> {self.after}"


def sample(package: str, count: int, seed: int, only: str = "") -> list[Generated]:
    """Draw some mutants of a package whose keys hold a text; 0 gives all. They come in the order of the source."""
    every = [each for each in generate(package) if only in each.key]
    if not 0 < count < len(every):
        return every
    chosen = random.Random(seed).sample(range(len(every)), count)
    return [every[at] for at in sorted(chosen)]


def generate(package: str) -> list[Generated]:
    """List every mutant of a package, its tests aside."""
    modules = read_modules(package)
    known = _signatures(modules)
    return [each for module in modules for each in _mutants(module, known)]


def read_modules(package: str) -> list[Module]:
    """Read a package's modules, its tests aside. Raises: Unusable."""
    folder = folder_of(package)
    paths = [path for path in sorted(folder.rglob("*.py")) if "tests" not in path.relative_to(folder).parts]
    return [Module(_dotted(package, path.relative_to(folder)), path, path.read_text()) for path in paths]


def _dotted(package: str, path: Path) -> str:
    return ".".join([package, *path.with_suffix("").parts]).removesuffix(".__init__")


def _signatures(modules: Sequence[Module]) -> Signatures:
    found: dict[str, list[str]] = {}
    for module in modules:
        for node in ast.walk(ast.parse(module.text)):
            if isinstance(node, ast.FunctionDef):
                given = [each for each in (*node.args.posonlyargs, *node.args.args) if each.arg not in ("self", "cls")]
                found[node.name] = [ast.unparse(each.annotation) if each.annotation else each.arg for each in given]
    return found


def _mutants(module: Module, known: Signatures) -> Iterator[Generated]:
    lines = module.text.encode().splitlines(keepends=True)
    for node, scope in _walk(ast.parse(module.text), ""):
        for operator in OPERATORS:
            for place, other in operator(node, known):
                source = _splice(lines, place, other)
                if _compiles(source):
                    named = operator.__name__.replace("_", " ")
                    before, after = ast.unparse(place), ast.unparse(other)
                    yield Generated(module, scope, place.lineno, named, before, after, source)


def _splice(lines: Sequence[bytes], place: Placed, other: ast.AST) -> str:
    """Write something in the place of a node; an expression goes into brackets, so that it stays one."""
    text = ast.unparse(other) if isinstance(other, ast.stmt) else f"({ast.unparse(other)})"
    first, last = place.lineno - 1, (place.end_lineno or place.lineno) - 1
    head, tail = lines[first][: place.col_offset], lines[last][place.end_col_offset :]
    return b"".join([*lines[:first], head, text.encode(), tail, *lines[last + 1 :]]).decode()


def _compiles(source: str) -> bool:
    try:
        compile(source, "<mutant>", "exec")
    except SyntaxError:
        return False
    return True


def _walk(node: ast.AST, scope: str, owner: str = "") -> Iterator[tuple[ast.AST, str]]:
    """Walk what decides something, each node with the function that it runs in."""
    for name, value in ast.iter_fields(node):
        if name in SKIPPED or (isinstance(node, ast.ClassDef) and name == "keywords"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, SILENT) and not _is_for_types(child):
                inner, within = _enter(child, scope, owner)
                yield child, scope
                yield from _walk(child, inner, within)


def _enter(node: ast.AST, scope: str, owner: str) -> tuple[str, str]:
    if isinstance(node, ast.FunctionDef):
        return f"{owner}{node.name}", f"{owner}{node.name}.<locals>."
    if isinstance(node, ast.ClassDef):
        return scope, f"{owner}{node.name}."
    return scope, owner


def _is_for_types(node: ast.AST) -> bool:
    if isinstance(node, ast.AnnAssign):
        return ast.unparse(node.annotation) == "TypeAlias"
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
