"""One request as handlers see it: decoded path parameters, a bounded body, a strict JSON payload, the caller.

Used by every route, as the type of `request`. Invariants: a body over the limit is refused before it is kept, and what
is wrong with a body becomes a 4xx that never repeats the body.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.datastructures import State

from venuekit_engine.caller import Caller
from venuekit_engine.refusal import Refusal, TooLarge
from venuekit_engine.server.path import decode_segment

# The scope keys under which the gate leaves what it learnt.
REQUEST_ID: Final = "venuekit_request_id"
BODY_LIMIT: Final = "venuekit_body_limit"


class Ask(Request[Caller, None, State]):
    """A request that passed the gate. `user` is the caller."""

    @property
    def path_params(self) -> dict[str, Any]:
        """Decode the path parameters, which were routed as they were sent."""
        return {name: decode_segment(name, segment) for name, segment in self.scope["path_params"].items()}

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Read the body up to the limit. Raises: TooLarge."""
        limit: int = self.scope[BODY_LIMIT]  # type: ignore[typeddict-item]
        size, more = announced_size(self.scope["headers"]), True
        refuse_over(size, limit)
        size = 0
        while more:
            event: Any = await self.receive()
            if event["type"] != "http.request":
                raise Refusal("the client left before its body was whole")
            chunk, more = event.get("body", b""), event.get("more_body", False)
            size += len(chunk)
            refuse_over(size, limit)
            yield chunk

    async def json(self) -> Any:
        """Decode the body strictly. Raises: Refusal if it is not JSON."""
        return decode_payload(await self.body())


def announced_size(headers: Any) -> int:
    """Read `Content-Length`; 0 where there is none or where it is nonsense, for the bytes are counted anyway."""
    for name, value in headers:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 20 else 0
    return 0


def refuse_over(size: int, limit: int) -> None:
    """Raise TooLarge above the limit."""
    if size > limit:
        raise TooLarge(f"the body is over {limit} bytes")


def decode_payload(body: bytes) -> Any:
    """Decode JSON: no NaN, no Infinity, valid UTF-8, bounded nesting. Raises: Refusal."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise Refusal(f"malformed JSON: {error}") from error
    except UnicodeDecodeError as error:
        raise Refusal("malformed JSON: not valid UTF-8") from error
    except RecursionError as error:
        raise Refusal("malformed JSON: nested too deeply") from error
    except ValueError as error:
        raise Refusal("malformed JSON: a number is too long") from error
