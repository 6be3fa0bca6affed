"""Reads the fields of a JSON object and collects every fault instead of stopping at the first."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from venuekit.graph.fault import Fault
from venuekit.units import Inexact

E = TypeVar("E", bound=Enum)
MAX_INT = (1 << 63) - 1


class Fields:
    """One object of a payload and where it stands. Every reader gives None after it noted a fault."""

    def __init__(self, values: Mapping[str, Any], path: str, faults: list[Fault]) -> None:
        self.values, self.path, self.faults = values, path, faults

    def fault(self, name: str, message: str) -> None:
        """Note a fault of a field."""
        self.faults.append(Fault(f"{self.path}{name}", message))

    def has(self, name: str) -> bool:
        """Tell whether a field is there and not null."""
        return self.values.get(name) is not None

    def text(self, name: str, *, required: bool = False, longest: int = 256) -> str | None:
        """Read a string; an empty one counts as missing."""
        value = self.values.get(name)
        if value is None or value == "":
            if required:
                self.fault(name, "is required")
            return None
        if not isinstance(value, str) or len(value) > longest:
            self.fault(name, f"expected a string of at most {longest} characters, found {_show(value)}")
            return None
        return value

    def flag(self, name: str) -> bool:
        """Read a boolean; a missing one is false."""
        value = self.values.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.fault(name, f"expected true or false, found {_show(value)}")
        return False

    def choice(self, name: str, kind: type[E], *, required: bool = False, upper: bool = False) -> E | None:
        """Read one of an enumeration's values, in any case."""
        value = self.values.get(name)
        if value is None:
            if required:
                self.fault(name, f"is required: one of {_values(kind)}")
            return None
        spelled = (value.upper() if upper else value.lower()) if isinstance(value, str) else None
        for member in kind:
            if member.value == spelled:
                return member
        self.fault(name, f"expected one of {_values(kind)}, found {_show(value)}")
        return None

    def integer(self, name: str, *, least: int, required: bool = False) -> int | None:
        """Read a whole number from `least` up to 2⁶³ − 1."""
        value = self.values.get(name)
        if value is None:
            if required:
                self.fault(name, "is required")
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MAX_INT:
            self.fault(name, f"expected a whole number of at least {least}, found {_show(value)}")
            return None
        return value

    def decimal(self, name: str, parse: Callable[[str], int]) -> int | None:
        """Read a human number > 0, exactly: the shortest text of a float is what its writer meant."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            self.fault(name, f"expected a number, found {_show(value)}")
            return None
        if isinstance(value, float) and not math.isfinite(value):
            self.fault(name, f"expected a finite number, found {value}")
            return None
        try:
            number = parse(str(value))
        except Inexact as error:
            self.fault(name, str(error))
            return None
        if not 0 < number <= MAX_INT:
            self.fault(name, f"must be > 0 and fit 64 bits, was {value}")
            return None
        return number

    def inner(self, name: str) -> Fields:
        """Read an object; a missing one is empty."""
        value = self.values.get(name)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            self.fault(name, f"expected an object, found {_show(value)}")
            value = {}
        return Fields(value, f"{self.path}{name}.", self.faults)


def _values(kind: type[Enum]) -> str:
    return ", ".join(str(member.value) for member in kind)


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
