"""Nothing leaves: while the suite runs, no socket can be opened and no name looked up.

Used by the runner and by pytest's fixture. A plugin that tries breaks the law that it is tried on, with a sentence.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn
from unittest.mock import patch

METHODS: Final = ("connect", "connect_ex", "sendto")
LOOKUPS: Final = ("getaddrinfo", "gethostbyname", "create_connection")


class NetworkRefused(AssertionError):
    """Something under test tried to reach the network."""


def _refuse(*args: Any, **_: Any) -> NoReturn:
    where = next((each for each in args if isinstance(each, tuple | str)), "")
    raise NetworkRefused(f"the suite is offline, and something under test wanted to reach {where!r}")


@contextmanager
def offline() -> Iterator[None]:
    """Refuse the network inside. Raises: NetworkRefused, at the place that tried."""
    patches = [patch.object(socket.socket, name, _refuse) for name in METHODS]
    patches += [patch.object(socket, name, _refuse) for name in LOOKUPS]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()
