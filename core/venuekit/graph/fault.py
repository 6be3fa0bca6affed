"""What is wrong with a payload: one row a fault, all of them at once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One field and what is wrong with it, with what was expected and what was found."""

    field: str
    message: str


class InvalidGraph(ValueError):
    """A payload that cannot be admitted."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.message}" for fault in faults))
        self.faults = tuple(faults)
