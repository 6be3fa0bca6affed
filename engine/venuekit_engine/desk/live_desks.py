"""The live desks: one for each client and venue with keys, made when first needed.

Keys are opened only while a desk is made. When a client's keys change its desk is dropped and made anew. What must stay
true: keys that a plugin cannot use cost their own desk only, and no message tells what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from venuekit.capability import Op
from venuekit.credential import Credentials
from venuekit.plugin import Plugins
from venuekit.run.drive import Sender, drive
from venuekit.run.http import HttpTransport
from venuekit.units import Nanos
from venuekit.venue import Venue
from venuekit.wire import Flow
from venuekit_engine.desk.live import LiveDesk
from venuekit_engine.desk.redact import hide, redact, secrets_of

Load = Callable[[str, str], Credentials | None]  # (client, venue) -> keys
Hosts = Mapping[str, Mapping[str, str]]  # by venue: names to base URLs that replace the plugin's own
News = Callable[[str, str], None]  # (client, venue): the account there may have changed

log = structlog.get_logger(__name__)


class LiveDesks:
    """Makes and keeps desks. Each client's keys have a transport gate of their venue's, shared by all clients.

    `faults` tell why there is no desk where there are keys.
    """

    def __init__(
        self,
        plugins: Plugins,
        transport: HttpTransport,
        load: Load,
        now: Callable[[], Nanos],
        hosts: Hosts,
        news: News = lambda client_id, venue: None,
    ) -> None:
        self._plugins, self._transport, self._load, self._now, self._hosts = plugins, transport, load, now, hosts
        self._news = news
        self._desks: dict[tuple[str, str], LiveDesk | None] = {}
        self.faults: dict[tuple[str, str], str] = {}

    def __call__(self, client_id: str, venue: str) -> LiveDesk | None:
        """Give a client's desk at a venue; None without keys, or where the plugin does not trade."""
        key = (client_id, venue)
        if key not in self._desks:
            self._desks[key] = self._make(client_id, venue)
        return self._desks[key]

    def forget(self, client_id: str, venue: str) -> None:
        """Drop a desk, because its keys changed."""
        self._desks.pop((client_id, venue), None)
        self.faults.pop((client_id, venue), None)

    def _make(self, client_id: str, venue: str) -> LiveDesk | None:
        keys = self._load(client_id, venue) if venue in self._plugins.venues else None
        if keys is None:
            return None
        secrets = secrets_of(keys)
        try:
            made = self._plugins.build(venue, keys, self._hosts.get(venue))
        except Exception as error:  # noqa: BLE001 - a plugin may fail in any way
            redact(error, secrets)
            self.faults[client_id, venue] = f"the plugin cannot use the keys: {type(error).__name__}: {error}"
            log.warning("no_desk", client_id=client_id, venue=venue, reason=self.faults[client_id, venue])
            return None
        if not can_trade(made):
            self.faults[client_id, venue] = "the plugin does not trade yet"
            return None
        send: Sender = self._transport.admit(made)

        async def run(make: Callable[[], Flow[object]]) -> object:
            try:
                return await drive(make(), send)
            except Exception as error:
                redact(error, secrets)
                raise

        return LiveDesk(made, run, self._now, lambda: self._news(client_id, venue), lambda text: hide(text, secrets))


def can_trade(venue: Venue) -> bool:
    """Tell whether a plugin submits orders at all."""
    return any(verbs.get(Op.SUBMIT) for verbs in venue.capabilities.values())
