"""Counts and times for `/metrics`, in the Prometheus text format.

Used by the gate, and by the orders route for admissions. Invariant: labels come from route templates, never from what
a client sent, so their number is bounded.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

LATENCY_BUCKETS_S: Final = (0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0)
CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
VERBS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"})


class Meters:
    """The server's own numbers. Children are kept by label, because looking them up costs more than counting."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._requests = Counter(
            "venuekit_http_requests", "Requests answered.", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "venuekit_http_request_seconds",
            "Time from the request's head to the end of its answer.",
            ("route",),
            buckets=LATENCY_BUCKETS_S,
            registry=registry,
        )
        self._orders = Counter("venuekit_orders_admitted", "Orders and graphs admitted.", registry=registry)
        self._request_children: dict[tuple[str, str, int], Counter] = {}
        self._seconds_children: dict[str, Histogram] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        key = (method if method in VERBS else "other", route, status)
        if (counter := self._request_children.get(key)) is None:
            counter = self._request_children[key] = self._requests.labels(*map(str, key))
        counter.inc()
        if (histogram := self._seconds_children.get(route)) is None:
            histogram = self._seconds_children[route] = self._seconds.labels(route)
        histogram.observe(seconds)

    def count_admitted(self) -> None:
        """Count one admitted order or graph."""
        self._orders.inc()

    def render(self) -> bytes:
        """Print everything in the registry."""
        return generate_latest(self._registry)
