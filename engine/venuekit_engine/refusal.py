"""What the engine refuses, in the words of the public error envelope.

Each class is one row of the table of HTTP statuses and codes; the server translates and adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec


class Detail(msgspec.Struct, frozen=True):
    """One fault of one field."""

    field: str
    message: str


class Refusal(Exception):
    """Base of every answer that is an error envelope."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "BAD_REQUEST"

    def __init__(self, message: str, details: Sequence[Detail] = ()) -> None:
        super().__init__(message)
        self.message, self.details = message, tuple(details)


class InvalidParams(Refusal):
    """A parameter is wrong."""

    code = "INVALID_PARAMS"


class Unauthorized(Refusal):
    """No key, or one that is wrong or revoked."""

    status, code = 401, "UNAUTHORIZED"


class Forbidden(Refusal):
    """The key may not do this."""

    status, code = 403, "FORBIDDEN"


class NotFound(Refusal):
    """There is no such thing, or it belongs to someone else."""

    status, code = 404, "NOT_FOUND"


class Conflict(Refusal):
    """The same id was used with other parameters, or the state does not allow it."""

    status, code = 409, "CONFLICT"


class TooLarge(Refusal):
    """The body is over the limit."""

    status, code = 413, "BAD_REQUEST"


class Unprocessable(Refusal):
    """The payload failed validation; one detail row for each fault."""

    status, code = 422, "VALIDATION_ERROR"


class RateLimited(Refusal):
    """The client's budget is spent for `retry_after_s` seconds."""

    status, code = 429, "RATE_LIMITED"

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unavailable(Refusal):
    """The engine cannot answer now, and admitted nothing."""

    status, code = 503, "SERVICE_UNAVAILABLE"
