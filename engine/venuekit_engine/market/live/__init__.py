"""The real market: every venue that a plugin offers, over its public feeds; and the recording of it."""

from venuekit_engine.market.live.record import Recorded, record
from venuekit_engine.market.live.source import LiveSource

__all__ = ["LiveSource", "Recorded", "record"]
