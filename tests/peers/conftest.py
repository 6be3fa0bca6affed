"""Clients of other people for the tests here, one process each for the whole run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.peers.peer import Missing, Peer


def start(name: str) -> Peer:
    """Start a client, or skip where it is not installed; in CI it must be."""
    try:
        return Peer(name)
    except Missing as why:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(why))


@pytest.fixture(scope="session")
def peers() -> Iterator[Callable[[str], Peer]]:
    """Give a client by the name of its driver."""
    open_ones: dict[str, Peer] = {}

    def peer(name: str) -> Peer:
        if name not in open_ones:
            open_ones[name] = start(name)
        return open_ones[name]

    yield peer
    for opened in open_ones.values():
        opened.close()
