"""What Acme can do, and what this plugin does of it.

Read by the router, the server, the docs and the suite. A verb that is denied here raises Unsupported before any request
exists; one that is granted is written in `venue.py`.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Capabilities, Capability, Feature, Features, Op, Support
from venuekit.instrument import Kind

NATIVE: Final = Capability(Support.NATIVE)
LATER: Final = Capability(Support.PLANNED, "left to the reader of the tutorial")
EVENTS: Final = Capability(Support.PLANNED, "event markets are listed, and not traded yet")
SPOT: Final = Capability(Support.ABSENT, "a spot account has balances, and nothing to resolve")

CAPABILITIES: Final[Capabilities] = {
    Kind.SPOT: {
        **dict.fromkeys(Op, NATIVE),
        **dict.fromkeys((Op.AMEND, Op.DECREASE, Op.BATCH, Op.CANCEL_BATCH, Op.CANCEL_ALL, Op.ACCOUNT_FEED), LATER),
        **dict.fromkeys((Op.REDEEM, Op.POSITIONS, Op.SETTLEMENTS), SPOT),
    },
    Kind.PREDICTION: {**dict.fromkeys(Op, EVENTS), Op.INSTRUMENTS: NATIVE},
}

FEATURES: Final[Features] = {
    Kind.SPOT: {**dict.fromkeys(Feature, NATIVE), Feature.REDUCE_ONLY: SPOT},
    Kind.PREDICTION: dict.fromkeys(Feature, EVENTS),
}
