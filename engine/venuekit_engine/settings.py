"""What the engine is told when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MASTER_KEY = "VENUEKIT_MASTER_KEY"  # environment: 32 bytes in hex or base64, instead of the key file


class StartError(Exception):
    """The engine cannot start; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One engine.

    `market` is `demo`, `live` or `replay:PATH`; `symbols` are streamed from the start in a live market; `speed` and
    `loop` are of a replay, `seed` of the demo market. `qps` is each client's rate. `durability` is `full` or `normal`.
    `hosts` replaces venues' base URLs, for simulators and tests. `master_key` seals venue keys; without it a file does.
    """

    data_dir: Path
    market: str = "demo"
    host: str = "127.0.0.1"
    port: int = 50052
    ready_file: Path | None = None
    symbols: tuple[str, ...] = ()
    speed: float = 1.0
    loop: bool = False
    seed: int = 7
    qps: float = 1_000.0
    durability: str = "full"
    hosts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    master_key: str | None = field(default=None, repr=False)
