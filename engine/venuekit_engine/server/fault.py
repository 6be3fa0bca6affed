"""Errors as the public envelope: one table from what was raised to what is answered.

Used by the gate (for what happens before routing) and by the app (for what a handler raises).
Invariant: whatever is raised becomes a `Refusal`; an exception that nobody foresaw becomes `Internal`, whose words say
nothing about the inside.
Source: error envelope of the public API, as gathered in the project's specification.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import msgspec
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)

from venuekit_engine.refusal import (
    Detail,
    InvalidParams,
    NotFound,
    RateLimited,
    Refusal,
    Unauthorized,
    Unavailable,
    Unprocessable,
)
from venuekit_engine.server.removed import advise

RETRY_UNAVAILABLE_S: Final = 1
LONGEST: Final = 1_000  # characters of a message: some repeat what was asked, and that may be a megabyte


class MethodNotAllowed(Refusal):
    """The path is right and the verb is wrong. `allow` names the verbs that are right."""

    status, code = 405, "BAD_REQUEST"

    def __init__(self, message: str, allow: str = "") -> None:
        super().__init__(message)
        self.allow = allow


class Internal(Refusal):
    """Something broke; what is in the log under the request id."""

    status, code = 500, "INTERNAL_ERROR"


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """The inside of the envelope."""

    code: str
    message: str
    request_id: str
    details: tuple[Detail, ...] = ()


class Envelope(msgspec.Struct, frozen=True):
    """What every error answer looks like."""

    error: Fault


def envelop(refusal: Refusal, request_id: str) -> bytes:
    """Encode a refusal for the wire."""
    details = tuple([Detail(each.field, _cut(each.message)) for each in refusal.details])
    return msgspec.json.encode(Envelope(Fault(refusal.code, _cut(refusal.message), request_id, details)))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def headers_of(refusal: Refusal) -> dict[str, str]:
    """Name the headers that go with a refusal. `Retry-After` is whole seconds, rounded up."""
    if isinstance(refusal, RateLimited):
        return {"retry-after": str(max(1, math.ceil(refusal.retry_after_s)))}
    if isinstance(refusal, Unavailable):
        return {"retry-after": str(RETRY_UNAVAILABLE_S)}
    if isinstance(refusal, Unauthorized):
        return {"www-authenticate": "Bearer"}
    if isinstance(refusal, MethodNotAllowed) and refusal.allow:
        return {"allow": refusal.allow}
    return {}


def describe(error: Exception, method: str, path: str) -> Refusal:
    """Translate anything that was raised while one request was served."""
    if isinstance(error, Refusal):
        return error
    for kind, translate in _TRANSLATIONS:
        if isinstance(error, kind):
            return translate(error, method, path)
    return Internal("internal error; the server's log has it under this request id")


def _missing(_: Any, method: str, path: str) -> Refusal:
    return NotFound(advise(path))


def _verb(error: Any, method: str, path: str) -> Refusal:
    allow = (error.headers or {}).get("allow", "")
    return MethodNotAllowed(f"{method} is not served here; try {allow}", allow)


def _invalid(error: Any, method: str, path: str) -> Refusal:
    rows: list[dict[str, str]] = error.extra or []
    if not rows:
        # A required parameter is absent; the framework's text goes on to repeat the whole URL, which may hold secrets.
        return InvalidParams(str(error.detail).partition(" for path ")[0])
    of_body = rows[0].get("source") == "body" or rows[0].get("key", "").startswith("data")
    details = [Detail(_field(row.get("key", "")), _words(row["message"])) for row in rows]
    kind = Unprocessable if of_body else InvalidParams
    return kind("; ".join(f"{detail.field}: {detail.message}" for detail in details), details)


def _field(key: str) -> str:
    return "body" if key in ("", "data") else key.removeprefix("data.")


def _words(message: str) -> str:
    # What the framework says of an absent body is the bare name of its parameter.
    return "expected a JSON object, found no body" if message == "'data'" else message


def _client_fault(error: Any, method: str, path: str) -> Refusal:
    if error.status_code >= 500:
        return Internal("internal error; the server's log has it under this request id")
    return Refusal(str(error.detail))


_TRANSLATIONS: Final[list[tuple[type[Exception], Callable[[Any, str, str], Refusal]]]] = [
    (NotFoundException, _missing),
    (MethodNotAllowedException, _verb),
    (ValidationException, _invalid),
    (HTTPException, _client_fault),
]
