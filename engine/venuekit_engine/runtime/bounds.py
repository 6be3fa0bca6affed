"""Whether what a decision would bring in can be written down: 64 bits, which are 9.2 × 10¹⁰ units of an asset.

Used by `runtime.py` before a graph is taken in. A coin that costs a millionth of a dollar gets there with money that
people have, and a fill that cannot be written must not happen.
"""

from __future__ import annotations

from venuekit.graph.event import Routed
from venuekit.graph.model import Graph
from venuekit_engine.ledger.holding import MOST
from venuekit_engine.ledger.ledger import Ledger, Place, brought, received
from venuekit_engine.runtime.market import Market

SAYS = "would not fit 64 bits, which is 92 thousand million units"


def overflow(graph: Graph, routed: Routed, market: Market, ledger: Ledger) -> str:
    """Say what would not fit; "" where everything does."""
    if routed.target > MOST:
        return f"the quantity {SAYS}"
    more: dict[Place, int] = {}
    for leg in routed.legs:
        instrument = market.listings(leg.symbol).get(leg.venue)
        if instrument is not None:
            place = (graph.client_id, graph.sandbox, leg.venue, received(leg.side, instrument))
            px = leg.px or (routed.ask if leg.side.buys else routed.bid)
            more[place] = more.get(place, 0) + brought(leg.side, leg.qty, px)
    too_much = [place for place, each in more.items() if not ledger.fits(place, each)]
    return f"{too_much[0][3]} at {too_much[0][2]} {SAYS}" if too_much else ""
