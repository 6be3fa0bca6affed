"""What a simulator is asked and what it says: HTTP without a socket.

Used by every face and by what carries calls to it: `server.py` over loopback, the bench in process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from venuekit.wire import Request, Response


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request as a server sees it. `path` and `query` are as they were sent; header names are lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""

    @property
    def params(self) -> dict[str, str]:
        """The query, decoded; of a repeated name the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


class Reply(msgspec.Struct, frozen=True):
    """One answer. Header names are lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


def reply_json(value: Any, status: int = 200, **headers: str) -> Reply:
    """Answer with JSON."""
    return Reply(status, msgspec.json.encode(value), {"content-type": "application/json", **headers})


def to_call(request: Request) -> Call:
    """Read a plugin's request as its server would."""
    parts = urlsplit(request.target)
    headers = {name.lower(): value for name, value in request.headers}
    return Call(method=request.method, path=parts.path, query=parts.query, headers=headers, body=request.body)


def to_response(reply: Reply) -> Response:
    """Hand an answer to a plugin as the transport would."""
    return Response(reply.status, reply.body, dict(reply.headers))
