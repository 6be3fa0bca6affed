"""The state of the line to one venue: told by the sources, read by `edges`, the router and the credential list."""

from __future__ import annotations

from collections import Counter
from enum import Enum

import msgspec

from venuekit.book.consolidated import Pulse
from venuekit.instrument import Kind
from venuekit.units import Nanos


class LinkStatus(Enum):
    """Whether market data arrives, in the public words."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


class Link(msgspec.Struct):
    """One venue. `reason` says why it is not connected; `books` counts those that are attached.

    `latency_ns` is the time to the venue and back, 0 while it is not known.
    """

    venue: str
    status: LinkStatus = LinkStatus.CONNECTING
    reason: str = ""
    books: Counter[Kind] = msgspec.field(default_factory=Counter)
    pulses: list[Pulse] = []
    latency_ns: Nanos = Nanos(0)

    @property
    def heartbeat(self) -> Nanos | None:
        """When anything was last heard, or None."""
        return max((pulse.heard for pulse in self.pulses if pulse.heard), default=None)
