"""The router's candidates, built from the hub's books.

Used by preview and by the runtime for every order, so it stays lean: the cost is that of the venues of one symbol.
"""

from __future__ import annotations

from collections.abc import Container

from venuekit.errors import RejectReason
from venuekit.route.candidate import Candidate
from venuekit.units import Nanos
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.link import LinkStatus


def candidates(
    hub: MarketHub, symbol: str, venue: str | None, now: Nanos, authorised: Container[str] | None = None
) -> tuple[list[Candidate], dict[str, str]]:
    """Give the venues that list a canonical symbol, and by name those that cannot even be asked, with the reason.

    A pin leaves every other venue out. `authorised` names the venues with credentials; None is all, as on paper. Books
    that may not be used come along: the router judges them and says why.
    """
    market = hub.consolidated(symbol)
    known = market.listings if market is not None else {}
    listed = hub.catalog.listings(symbol)
    if venue and venue not in listed:
        return [], {venue: f"{RejectReason.BAD_VENUE.value}, does not list {symbol}"}
    found: list[Candidate] = []
    missing: dict[str, str] = {}
    for name in (venue,) if venue else listed:
        if market is None or name not in known:
            missing[name] = f"{RejectReason.STALE_VENUE.value}, {hub.link(name).reason or 'no book yet'}"
            continue
        link = hub.link(name)
        found.append(
            Candidate(
                venue=name,
                instrument=listed[name],
                book=known[name].book,
                quote=market.quote(name, now),
                connected=link.status is not LinkStatus.DISCONNECTED,
                authorised=authorised is None or name in authorised,
                latency_ns=link.latency_ns,
            )
        )
    return found, missing
