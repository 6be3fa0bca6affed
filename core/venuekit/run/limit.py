"""What we may ask of a venue and how fast: token buckets. Pure: time is an argument.

What must stay true: a request takes from all its buckets or from none, and tokens are counted in whole numbers, so a
bucket never gives more than it holds however often it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from venuekit.errors import Invalid, RateLimited
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.wire import Limit

Cost = Sequence[tuple[str, int]]


class Bucket:
    """One token bucket, full at first. A token counts as many parts as the period has nanoseconds."""

    __slots__ = ("_at", "_level", "_part", "capacity", "paused_until")

    def __init__(self, capacity: int, period: Nanos) -> None:
        if capacity <= 0 or period <= 0:
            raise ValueError(f"a bucket needs a capacity and a period > 0, were {capacity} and {period}")
        self.capacity = capacity
        self.paused_until = Nanos(0)
        self._part = int(period)
        self._level = capacity * self._part
        self._at = Nanos(0)

    def wait_for(self, cost: int, now: Nanos) -> Nanos:
        """Tell in how many nanoseconds this cost may be taken; 0 for at once."""
        self._refill(now)
        missing = max(0, cost * self._part - self._level)
        return Nanos(max(-(-missing // self.capacity), self.paused_until - now, 0))

    def take(self, cost: int) -> None:
        """Take what `wait_for` has just allowed."""
        self._level -= cost * self._part

    def give_back(self, cost: int) -> None:
        """Put back what was taken for a request that never left."""
        self._level = min(self._level + cost * self._part, self.capacity * self._part)

    def pause(self, until: Nanos) -> None:
        """Give nothing until a time."""
        self.paused_until = max(self.paused_until, until)

    def _refill(self, now: Nanos) -> None:
        if now < self._at - self._part:
            # A clock that was set back by more than a period would leave us without a token until it has caught up.
            self.paused_until = Nanos(self.paused_until - (self._at - now))
            self._at = now
        passed = max(0, now - self._at)
        self._level = min(self._level + passed * self.capacity, self.capacity * self._part)
        self._at = max(self._at, now)


class Budget:
    """All buckets of one venue."""

    def __init__(self, venue: str, limits: Iterable[Limit]) -> None:
        self.venue = venue
        self.buckets = {limit.name: Bucket(limit.capacity, _period(limit)) for limit in limits}
        self._closed_until = Nanos(0)

    def take(self, cost: Cost, now: Nanos) -> None:
        """Take a request's cost from its buckets.

        Raises: RateLimited when one is short of it; Invalid for a cost that can never be had.
        """
        waits = [self._closed_until - now, *(self._bucket(name, part).wait_for(part, now) for name, part in cost)]
        wait = Nanos(max(waits))
        if wait > 0:
            raise RateLimited(f"our budget is spent, {wait} ns to wait", venue=self.venue, retry_after=wait)
        for name, part in cost:
            self.buckets[name].take(part)

    def give_back(self, cost: Cost) -> None:
        """Put back the cost of a request that never left."""
        for name, part in cost:
            self.buckets[name].give_back(part)

    def pause(self, cost: Cost, until: Nanos) -> None:
        """Stop these buckets until a time; all of the venue's where none is named."""
        if not cost:
            self._closed_until = max(self._closed_until, until)
        for name, _ in cost:
            self.buckets[name].pause(until)

    def _bucket(self, name: str, cost: int) -> Bucket:
        bucket = self.buckets.get(name)
        if bucket is None:
            raise Invalid(f"a request costs {name!r}, but there are only: {', '.join(self.buckets)}", venue=self.venue)
        if cost > bucket.capacity:
            raise Invalid(f"a request costs {cost} of {name!r}, which holds {bucket.capacity}", venue=self.venue)
        return bucket


def _period(limit: Limit) -> Nanos:
    return Nanos(round(limit.period_s * NANOS_PER_S))
