"""Import a package anew with one module of it mutated.

Used in a child process only, which ends after. What must stay true: the mutated module keeps its name and its place on
the disk, and nothing of the package that was imported before is left.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType

from venuekit_testkit.mutants.generated.generate import Module


class Mutated(SourceFileLoader):
    """Loads a module from a text in the place of its file's."""

    def __init__(self, module: Module) -> None:
        super().__init__(module.name, str(module.path))
        self._text = module.text

    def get_code(self, fullname: str) -> CodeType:
        """Compile the text."""
        return compile(self._text, self.path, "exec")


class MutantFinder(MetaPathFinder):
    """Finds one module, mutated, and leaves all others to those who come after it."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the mutated module."""
        if fullname != self._module.name:
            return None
        is_package = self._module.path.name == "__init__.py"
        within = [str(self._module.path.parent)] if is_package else None
        return spec_from_file_location(
            fullname, self._module.path, loader=Mutated(self._module), submodule_search_locations=within
        )


def forget(package: str) -> None:
    """Forget that a package was imported."""
    for name in [each for each in sys.modules if each == package or each.startswith(f"{package}.")]:
        del sys.modules[name]


def install(package: str, module: Module) -> None:
    """Make the next import of a package meet the mutated module."""
    forget(package)
    sys.meta_path.insert(0, MutantFinder(module))
