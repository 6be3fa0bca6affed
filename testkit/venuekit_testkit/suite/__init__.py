"""The conformance suite: every law, as a function that pytest can collect.

A plugin's whole test file is `from venuekit_testkit.suite import *`. A new module of this folder is imported by being
there; what must stay true: the names given are those of the laws and no others.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from venuekit_testkit.law import LAWS

for _each in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_each}")

_CHECKS = {
    check.__name__: check for _, (_, check) in sorted(LAWS.items()) if check.__module__.startswith(f"{__name__}.")
}
globals().update(_CHECKS)

__all__ = list(_CHECKS)
