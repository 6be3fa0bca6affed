"""Paths that the public API once had: a client that still asks is told what to ask instead.

Used by `fault.py`. Source: list of removed endpoints, as gathered in the project's specification.
"""

from __future__ import annotations

from typing import Final

REMOVED: Final = {
    "/v1/balances": "GET /v1/positions?kinds=fiat,crypto",
    "/v1/positions/perp": "GET /v1/positions?kinds=perp",
    "/v1/portfolio": "GET /v1/positions, whose `totals` is the portfolio",
}


def advise(path: str) -> str:
    """Say why there is nothing at a path."""
    for removed, instead in REMOVED.items():
        if path == removed or path.startswith(removed + "/"):
            return f"{removed} was removed; use {instead}"
    return "there is nothing at this path; /docs lists what there is"
