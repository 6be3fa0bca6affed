"""The live desks: one for each client and venue with keys, made when first needed.

Keys are opened only while a desk is made. When a client's keys change its desk is dropped and made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from venuekit.capability import Op
from venuekit.credential import Credentials
from venuekit.plugin import Plugins
from venuekit.run.drive import Sender, drive
from venuekit.run.http import HttpTransport
from venuekit.units import Nanos
from venuekit.venue import Venue
from venuekit_engine.desk.live import LiveDesk

Load = Callable[[str, str], Credentials | None]  # (client, venue) -> keys
Hosts = Mapping[str, Mapping[str, str]]  # by venue: names to base URLs that replace the plugin's own


class LiveDesks:
    """Makes and keeps desks. Each client's keys have a transport gate of their venue's, shared by all clients."""

    def __init__(
        self, plugins: Plugins, transport: HttpTransport, load: Load, now: Callable[[], Nanos], hosts: Hosts
    ) -> None:
        self._plugins, self._transport, self._load, self._now, self._hosts = plugins, transport, load, now, hosts
        self._desks: dict[tuple[str, str], LiveDesk | None] = {}

    def __call__(self, client_id: str, venue: str) -> LiveDesk | None:
        """Give a client's desk at a venue; None without keys, or where the plugin does not trade."""
        key = (client_id, venue)
        if key not in self._desks:
            self._desks[key] = self._make(client_id, venue)
        return self._desks[key]

    def forget(self, client_id: str, venue: str) -> None:
        """Drop a desk, because its keys changed."""
        self._desks.pop((client_id, venue), None)

    def _make(self, client_id: str, venue: str) -> LiveDesk | None:
        keys = self._load(client_id, venue) if venue in self._plugins.venues else None
        if keys is None:
            return None
        made = self._plugins.build(venue, keys, self._hosts.get(venue))
        if not can_trade(made):
            return None
        send: Sender = self._transport.admit(made)
        return LiveDesk(made, lambda flow: drive(flow, send), self._now)


def can_trade(venue: Venue) -> bool:
    """Tell whether a plugin submits orders at all."""
    return any(verbs.get(Op.SUBMIT) for verbs in venue.capabilities.values())
