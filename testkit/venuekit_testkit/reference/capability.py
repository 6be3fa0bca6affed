"""The reference venue: what it can do, verb by verb: everything, for event markets.

Read by the suite. What must stay true: a verb that is denied here raises Unsupported before any request exists, and a
verb that is granted is written in `venue.py`.
Source: docs/conformance/reference-protocol.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from venuekit.capability import Capabilities, Capability, Feature, Features, Mode, Op, Support
from venuekit.instrument import Kind
from venuekit_testkit.reference.endpoints import BATCH, PAGE

NATIVE: Final = Capability(Support.NATIVE)
_PAGED: Final = Capability(Support.NATIVE, "ten a page", limit=PAGE)
_CONTRACTS: Final = Capability(Support.ABSENT, "a spot account has balances, and nothing to resolve")

_EVENT: Final[Mapping[Op, Capability]] = {
    **dict.fromkeys(Op, NATIVE),
    Op.AMEND: Capability(Support.NATIVE, "one call; native_atomic where only the quantity shrinks"),
    Op.DECREASE: Capability(Support.NATIVE, "in place, in one call", Mode.NATIVE_ATOMIC),
    Op.BATCH: Capability(Support.NATIVE, "twenty orders a call", Mode.NATIVE_BATCH, BATCH),
    Op.CANCEL_BATCH: Capability(Support.NATIVE, "twenty orders a call", Mode.NATIVE_BATCH, BATCH),
    Op.CANCEL_ALL: Capability(Support.NATIVE, "ten orders a call, until none is left", limit=PAGE),
    Op.OPEN_ORDERS: _PAGED,
    Op.FILLS: _PAGED,
    Op.SETTLEMENTS: _PAGED,
}

CAPABILITIES: Final[Capabilities] = {
    Kind.PREDICTION: _EVENT,
    Kind.SPOT: {**_EVENT, **dict.fromkeys((Op.REDEEM, Op.POSITIONS, Op.SETTLEMENTS), _CONTRACTS)},
}

FEATURES: Final[Features] = {
    Kind.PREDICTION: dict.fromkeys(Feature, NATIVE),
    Kind.SPOT: {**dict.fromkeys(Feature, NATIVE), Feature.REDUCE_ONLY: _CONTRACTS},
}
