"""A made-up market for three venues, seeded and without a network: for `sequence demo`, tests and benchmarks."""

from venuekit_engine.market.demo.source import DemoSource

__all__ = ["DemoSource"]
