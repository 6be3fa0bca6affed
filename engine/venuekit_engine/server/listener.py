"""Take the port before anything else starts, so that a port in use costs nothing and says so.

Used by `serve.py` and by the composition root. The official client opens a connection for each request, hence the long
queue of connections that wait to be accepted.
"""

from __future__ import annotations

import errno
import socket
from typing import Final

BACKLOG: Final = 4096


class PortInUse(OSError):
    """Someone already listens there."""


def bind(host: str, port: int) -> socket.socket:
    """Listen on an address; port 0 takes a free one. Raises: PortInUse, or OSError for a host that is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's delay off only where it reads TCP here: without it an answer
    # on a kept connection waits 40 ms for the client's acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # To be bound is not yet to own the port: two may bind it, one may listen.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise explain(error, host, port) from error
    listener.setblocking(False)
    return listener


def explain(error: OSError, host: str, port: int) -> OSError:
    """Name the address in an error that does not."""
    if error.errno == errno.EADDRINUSE:
        return PortInUse(errno.EADDRINUSE, f"port {port} on {host} is in use: choose another, or stop what listens")
    return OSError(error.errno, f"cannot listen on {host}:{port}: {error.strerror or error}")


def base_url(listener: socket.socket) -> str:
    """Tell the URL under which a listener on this machine answers."""
    host, port = listener.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{reachable}:{port}"
