"""The server that most tests share, and the official client on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.serving import Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on the demo market."""
    with serving(tmp_path_factory.mktemp("serve")) as running:
        yield running


@pytest.fixture(scope="session")
def paper(server: Server) -> Any:
    """The official client with the sandbox key."""
    return server.client()


@pytest.fixture(scope="session")
def live(server: Server) -> Any:
    """The official client with the live key."""
    return server.client(server.live_key)
