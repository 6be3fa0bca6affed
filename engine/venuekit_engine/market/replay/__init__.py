"""A recorded market, played through the plugins' feeds as if it were live."""

from venuekit_engine.market.replay.source import Played, ReplaySource

__all__ = ["Played", "ReplaySource"]
