"""What the server may be told, and the two outside things it reads: a monotonic clock and fresh request ids."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry

from venuekit_engine.server.log import Log, open_log

MAX_BODY_BYTES: Final = 1 << 20
DEFAULT_RATE_QPS: Final = 1_000.0


# Seeded by the system once: to ask it for each request lets go of the interpreter, and the journal's thread takes it.
_chance: Final = random.Random()


def mint_request_id() -> str:
    """Make a UUID v4; it is a name, not a secret."""
    return str(uuid.UUID(int=_chance.getrandbits(128), version=4))


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Everything that changes how the server answers.

    `rate_qps` is the refill of each client's budget, whose burst is twice that. `clock_ns` is monotonic. `registry` is
    what `/metrics` prints: parts below the server add their own collectors to it.
    """

    version: str = "0.1.0"
    rate_qps: float = DEFAULT_RATE_QPS
    max_body_bytes: int = MAX_BODY_BYTES
    tier: str = "self-hosted"
    features: dict[str, bool] = field(default_factory=dict)
    clock_ns: Callable[[], int] = time.monotonic_ns
    request_id: Callable[[], str] = mint_request_id
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    log: Log = field(default_factory=open_log)

    def __post_init__(self) -> None:
        if not self.rate_qps > 0:
            raise ValueError(f"rate_qps must be > 0, was {self.rate_qps}")
        if self.max_body_bytes <= 0:
            raise ValueError(f"max_body_bytes must be > 0, was {self.max_body_bytes}")
