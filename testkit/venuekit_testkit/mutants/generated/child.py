"""Do something in a forked process: what it breaks, breaks there.

Used by `trial.py`. What must stay true: the child never returns into its parent's code, says nothing on the terminal,
and is ended when it does not end by itself. POSIX only.
"""

from __future__ import annotations

import os
import resource
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NoReturn, TypeVar

import msgspec

T = TypeVar("T")

PATIENCE_S: Final = 300  # of a whole child, machine under load
MEMORY: Final = 4 << 30  # bytes that a child may take
LAW_S: Final = 10.0  # of processor time, for one law; on its own none takes half of that


class Endless(Exception):
    """What runs took more time than anything that ends."""


def run_forked(task: Callable[[], T], kind: type[T]) -> T | None:
    """Run a task in a child; give what it gave, or None where the child died or had to be ended."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        os.close(out)
        _be_child(task, into)
    os.close(into)
    told = _read(out, child)
    os.close(out)
    os.waitpid(child, 0)
    return msgspec.json.decode(told, type=kind) if told else None


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise Endless in what is inside, again and again, once it took so much processor time."""

    def end(*_: object) -> NoReturn:
        raise Endless(f"it took more than {seconds:g} s")

    signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _be_child(task: Callable[[], object], into: int) -> NoReturn:
    try:
        silent = os.open(os.devnull, os.O_RDWR)
        for terminal in (0, 1, 2):
            os.dup2(silent, terminal)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        with os.fdopen(into, "wb") as pipe:
            pipe.write(msgspec.json.encode(task()))
    finally:
        os._exit(0)


def _read(out: int, child: int) -> bytes:
    told = b""
    while select.select([out], [], [], PATIENCE_S)[0]:
        part = os.read(out, 1 << 16)
        if not part:
            return told
        told += part
    os.kill(child, signal.SIGKILL)
    return b""
