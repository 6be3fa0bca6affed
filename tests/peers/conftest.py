"""Clients of other people for the tests here, one process each for the whole run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.peers.peer import Missing, Peer


@pytest.fixture(scope="session")
def peers() -> Iterator[Callable[[str], Peer]]:
    """Give a client by the name of its driver. Skips where it is not installed, except in CI, where it must be."""
    open_ones: dict[str, Peer] = {}

    def peer(name: str) -> Peer:
        try:
            return open_ones.setdefault(name, open_ones.get(name) or Peer(name))
        except Missing as why:
            if os.environ.get("CI"):
                pytest.fail(str(why))
            pytest.skip(str(why))

    yield peer
    for opened in open_ones.values():
        opened.close()
