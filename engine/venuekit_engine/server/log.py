"""The server's log: one JSON object a line on standard error.

Used by the gate and the app, for what nobody foresaw. Invariant: tracebacks carry no local variables and no request
body, because both may hold keys.
"""

from __future__ import annotations

import sys
from typing import Any, Final, Protocol, TextIO, cast

import structlog
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer


class Log(Protocol):
    """What the server needs of a logger."""

    def error(self, event: str, **fields: Any) -> Any: ...


PROCESSORS: Final = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
    structlog.processors.JSONRenderer(),
)


def open_log(stream: TextIO | None = None) -> Log:
    """Open the log on a stream, standard error by default."""
    target = structlog.WriteLogger(stream or sys.stderr)
    return cast("Log", structlog.wrap_logger(target, processors=list(PROCESSORS)))


def log_to_stderr() -> None:
    """Send what every part of this process logs to standard error; stdout is for results."""
    structlog.configure(processors=list(PROCESSORS), logger_factory=structlog.WriteLoggerFactory(sys.stderr))
