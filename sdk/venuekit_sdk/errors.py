"""What can go wrong when one asks the server, sorted by what the caller may do next.

    ApiError
    ├── Refused           the server said no                     -> do not send it again unchanged
    │   ├── Unauthorized  401, no key or a revoked one           -> another key
    │   ├── Forbidden     403, the key may not do this           -> another key
    │   ├── NotFound      404                                    -> another symbol, venue or id
    │   ├── Conflict      409, this graph_id with other terms    -> another graph_id, or the kill switch
    │   ├── Invalid       400, 413, 422; `details` by field      -> correct it
    │   └── RateLimited   429 after all retries                  -> wait `retry_after_s`
    └── Unreachable       nothing proves what the server did     -> try again
        ├── Unavailable   it answers 5xx                         -> try again later
        ├── Unreadable    it answers what no engine says         -> check base_url
        └── OutcomeUnknown  an order may or may not be live      -> ask for `graph_id` before anything else

No message holds a key. `status` is 0 where no answer came.
"""

from __future__ import annotations

from typing import Final

import msgspec


class Detail(msgspec.Struct, frozen=True):
    """One fault of one field."""

    field: str = ""
    message: str = ""


class ApiError(Exception):
    """Base of every error of the SDK but `ValueError`, which means that nothing was sent."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: tuple[Detail, ...] = (),
        request_id: str = "",
    ) -> None:
        super().__init__(f"{code} ({status}): {message}")
        self.status, self.code, self.message = status, code, message
        self.details, self.request_id = details, request_id


class Refused(ApiError):
    """The server said no."""


class Unauthorized(Refused):
    """No key, or one that is wrong or revoked."""


class Forbidden(Refused):
    """The key may not do this."""


class NotFound(Refused):
    """There is no such thing."""


class Conflict(Refused):
    """The same `graph_id` with other parameters, or trading is halted."""


class Invalid(Refused):
    """The request failed validation; `details` tells each field."""


class RateLimited(Refused):
    """The budget is spent for `retry_after_s` seconds."""

    retry_after_s: float = 0.0


class Unreachable(ApiError):
    """No usable answer came."""


class Unavailable(Unreachable):
    """The server answers 5xx."""


class Unreadable(Unreachable):
    """Something answers, and it does not speak this API."""


class OutcomeUnknown(Unreachable):
    """An order may or may not be live: ask for `graph_id` before sending anything else."""

    graph_id: str = ""


BY_STATUS: Final[dict[int, type[ApiError]]] = {
    400: Invalid,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: Invalid,
    422: Invalid,
    429: RateLimited,
}


class _Fault(msgspec.Struct, frozen=True):
    code: str = "ERROR"
    message: str = ""
    request_id: str = ""
    details: tuple[Detail, ...] = ()


class _Envelope(msgspec.Struct, frozen=True):
    error: _Fault | str


def error_of(status: int, body: bytes, retry_after_s: float = 0.0) -> ApiError:
    """Read an error reply: the envelope, its bare form `{"error": "text"}`, or the first 200 characters."""
    fault = _fault(body)
    error = _class_of(status)(status, fault.code, fault.message, fault.details, fault.request_id)
    if isinstance(error, RateLimited):
        error.retry_after_s = retry_after_s
    return error


def _class_of(status: int) -> type[ApiError]:
    if status >= 500:
        return Unavailable
    return BY_STATUS.get(status, Refused if status >= 400 else Unreadable)


def _fault(body: bytes) -> _Fault:
    try:
        error = msgspec.json.decode(body, type=_Envelope).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Fault(message=body[:200].decode(errors="replace").strip() or "no message")
    return error if isinstance(error, _Fault) else _Fault(message=error)
