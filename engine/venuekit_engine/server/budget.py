"""How many requests a client may still send: a token bucket for each account.

Used by the gate. Pure: time is an argument. The bucket is kept as one integer, the instant at which it would be full
again, so a request costs one look-up and one addition (the generic cell rate algorithm, which admits exactly what a
token bucket of the same capacity and refill admits).
Source: public rate limit page, as gathered in the project's specification: capacity 2 × qps, refill qps, one bucket a
client, however many keys it has.
"""

from __future__ import annotations

from typing import Final

from venuekit.units import NANOS_PER_S
from venuekit_engine.refusal import RateLimited

BURST_FACTOR: Final = 2


class Budget:
    """All clients' buckets. Only authenticated clients get one, so their number is bounded by the accounts."""

    def __init__(self, qps: float) -> None:
        self.burst = max(1, int(BURST_FACTOR * qps))
        self._cost_ns = max(1, round(NANOS_PER_S / qps))
        self._capacity_ns = self.burst * self._cost_ns
        self._full_at_ns: dict[str, int] = {}

    def spend(self, client_id: str, now_ns: int) -> int:
        """Take one token and return how many are left. Raises: RateLimited with the time until the next one."""
        spent_until_ns = max(self._full_at_ns.get(client_id, now_ns), now_ns) + self._cost_ns
        room_ns = self._capacity_ns - (spent_until_ns - now_ns)
        if room_ns < 0:
            raise RateLimited("rate limit exceeded", retry_after_s=-room_ns / NANOS_PER_S)
        self._full_at_ns[client_id] = spent_until_ns
        return room_ns // self._cost_ns
