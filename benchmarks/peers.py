"""Where the environment of a peer is. `make peers ARGS="ccxt cryptofeed nautilus"` makes them.

Used by `harness.py`. The table is `tests/peers/peers.toml`, the installer `tests/peers/install.py`: one for tests and
benchmarks. A peer that was never made, or not to the end, is left out by name; its rows then say so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

HOME: Final = Path(__file__).parents[1] / ".peers"


def python_of(name: str) -> Path | None:
    """Give the interpreter of a peer's environment, or None where it is not made."""
    folder = HOME / name
    return folder / "bin" / "python" if (folder / "stamp.json").exists() else None
