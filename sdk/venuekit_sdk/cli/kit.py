"""What the commands that need the testkit share: it is there, and what stops them is one sentence.

Used by `conform.py`, `scaffold.py` and `simulate.py`. What must stay true: nothing of the testkit is imported until a
command runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def sentences() -> Iterator[None]:
    """Let a command use the testkit; say what stops it in one sentence. Raises: Exit."""
    try:
        from venuekit_testkit.bench.profile import Unusable

        try:
            yield
        except Unusable as error:
            raise refuse(str(error)) from None
    except ModuleNotFoundError as error:
        raise refuse(f"{error.name} is not installed: pip install 'venuekit[testkit]'") from None


def refuse(why: str) -> typer.Exit:
    """Say on stderr why a command cannot run, and give what ends it."""
    from venuekit_sdk.cli.exits import Exit  # which brings in the errors of the SDK, and `--help` does without

    typer.echo(f"error: {why}", err=True)
    return typer.Exit(Exit.USAGE)
