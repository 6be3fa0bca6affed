"""How a command ends: its exit code, and one clear line on stderr with what to do next.

What must stay true: stdout holds results only, and no line holds a key.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import typer

from venuekit_sdk.errors import (
    ApiError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Unauthorized,
    Unavailable,
    Unreachable,
    Unreadable,
)


class Exit(IntEnum):
    """What the shell is told."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3


# The first class that fits decides; so the special ones stand before the general.
EXITS: Final[tuple[tuple[type[Exception], Exit], ...]] = (
    (Unreachable, Exit.UNREACHABLE),
    (ApiError, Exit.REFUSED),
    (ValueError, Exit.USAGE),
)
NEXT: Final[tuple[tuple[type[ApiError], str], ...]] = (
    (Unauthorized, "log in: sequence login"),
    (Forbidden, "use a key that may do this: sequence account"),
    (NotFound, "see what there is: sequence symbols, sequence edges, sequence orders"),
    (Conflict, "see how it stands: sequence orders"),
    (Invalid, "correct what is named above"),
    (RateLimited, "wait a little and try again"),
    (OutcomeUnknown, "before anything else ask how it stands: sequence order {graph_id}"),
    (Unavailable, "try again later; the server's log says why"),
    (Unreadable, "is a Sequence engine at this URL? check --url"),
    (Unreachable, "start the engine with `sequence serve`, or give --url"),
)


def exit_of(error: Exception) -> Exit:
    """Choose the exit code of an error."""
    return next(code for kind, code in EXITS if isinstance(error, kind))


def explain(error: Exception) -> list[str]:
    """Tell an error in lines: what, each field, the request, and what to do next."""
    if not isinstance(error, ApiError):
        return [f"error: {error}"]
    word = "not reachable" if isinstance(error, Unreachable) else "refused"
    number = f" {error.status}" if error.status else ""
    return [
        f"{word}:{number} {error.code}: {error.message}",
        *(f"  {detail.field}: {detail.message}" for detail in error.details),
        *([f"  request id: {error.request_id}"] if error.request_id else []),
        f"  next: {_next(error)}",
    ]


def leave(error: Exception) -> typer.Exit:
    """Print an error on stderr and give what ends the command."""
    for line in explain(error):
        typer.echo(line, err=True)
    return typer.Exit(exit_of(error))


def _next(error: ApiError) -> str:
    text = next((text for kind, text in NEXT if isinstance(error, kind)), "see `sequence --help`")
    return text.replace("{graph_id}", str(getattr(error, "graph_id", "")))
