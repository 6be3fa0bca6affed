"""The state of the line to one venue: told by the sources, read by `edges`, the router and the credential list."""

from __future__ import annotations

from enum import Enum

import msgspec

from venuekit.book.consolidated import Pulse
from venuekit.units import Nanos


class LinkStatus(Enum):
    """Whether market data arrives, in the public words."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


class Link(msgspec.Struct):
    """One venue. `reason` says why it is not connected; `symbols` counts the books that are attached."""

    venue: str
    status: LinkStatus = LinkStatus.CONNECTING
    reason: str = ""
    symbols: int = 0
    pulses: list[Pulse] = []

    @property
    def heartbeat(self) -> Nanos | None:
        """When anything was last heard, or None."""
        return max((pulse.heard for pulse in self.pulses if pulse.heard), default=None)
