"""What one venue shows and what all venues show together, as values with their age and their source.

Made by `consolidated.py`; read by the router, the server, triggers and the sandbox. What must stay true: a quote that
is not usable says why, and a mid never comes from a crossed market.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty


class Source(Enum):
    """Which step of the chain served a quote, in the public words."""

    STREAM = "edge_nbbo"
    SNAPSHOT = "edge_rpc_snapshot"
    PUBLIC = "venue_public_api"
    NONE = "unavailable"


class QuoteState(Enum):
    """Whether a venue's book may be used."""

    LIVE = "live"
    ONE_SIDED = "one_sided"  # serves only the side that it has
    EMPTY = "empty"
    STALE = "stale"
    CROSSED = "crossed"
    WAITING = "waiting"  # out of sequence, or no snapshot yet


_LIVE: Final = QuoteState.LIVE  # a name of its own: looked up for every quote that is read


class VenueQuote(msgspec.Struct, frozen=True, gc=False):
    """The top of one venue's book; prices and quantities are 0 where a side is empty.

    `age_ns` is the time since the last proof that the quote holds; `changed` is when it last changed. `reason` says
    why a book that is not live is not.
    """

    venue: str
    state: QuoteState
    bid_px: Px
    bid_qty: Qty
    ask_px: Px
    ask_qty: Qty
    age_ns: Nanos
    changed: Nanos
    source: Source = Source.STREAM
    reason: str = ""

    def serves(self, side: Side) -> bool:
        """Tell whether the venue can serve an order that takes: a buy needs asks, a sell needs bids."""
        if self.state is _LIVE:
            return True
        wanted = self.ask_px if side.buys else self.bid_px
        return self.state is QuoteState.ONE_SIDED and wanted > 0


class Best(msgspec.Struct, frozen=True, gc=False):
    """The best price of one side, who shows it, and how old it is."""

    venue: str
    px: Px
    qty: Qty
    age_ns: Nanos


class Nbbo(msgspec.Struct, frozen=True, gc=False):
    """The best bid and ask of all usable venues; None where no venue has the side."""

    bid: Best | None
    ask: Best | None

    @property
    def crossed(self) -> bool:
        """Tell whether one venue bids more than another asks."""
        return self.bid is not None and self.ask is not None and self.bid.px > self.ask.px

    @property
    def mid(self) -> Px | None:
        """The middle, rounded down; None for a one-sided or crossed market."""
        if self.bid is None or self.ask is None or self.crossed:
            return None
        return Px((self.bid.px + self.ask.px) // 2)

    @property
    def spread(self) -> Px | None:
        """Ask minus bid; None for a one-sided or crossed market."""
        if self.bid is None or self.ask is None or self.crossed:
            return None
        return Px(self.ask.px - self.bid.px)


class VenueLevel(msgspec.Struct, frozen=True, gc=False):
    """One level of the merged book, with the venue that shows it."""

    px: Px
    qty: Qty
    venue: str
