"""What is printed on stdout: tables for people, or stable JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec
import typer

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

_WIDTH: Final = 400  # wider than any table: a terminal wraps a line, but a cell that is cut here would be lost


def print_json(value: Any) -> None:
    """Print a result as JSON, named and ordered as on the wire."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_shown(shown: Iterable[RenderableType]) -> None:
    """Print tables and lines."""
    out = console()
    for part in shown:
        out.print(part)


def console() -> Console:
    """Make the console. Markup is off: what a server says is text, whatever it looks like."""
    from rich.console import Console

    return Console(width=_WIDTH, markup=False, highlight=False, emoji=False)


def table(columns: str, rows: Iterable[Iterable[object]]) -> Table:
    """Lay rows out under columns; a column whose name ends in '>' is aligned to the right."""
    from rich.table import Table

    made = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 3, 0, 0))
    for name in columns.split():
        made.add_column(name.rstrip(">"), justify="right" if name.endswith(">") else "left", no_wrap=True)
    for row in rows:
        made.add_row(*("-" if cell is None or cell == "" else str(cell) for cell in row))
    return made


def number(value: float | Decimal | None) -> str:
    """Print a number in full, with its thousands apart."""
    return "-" if value is None else f"{value if isinstance(value, Decimal) else Decimal(repr(float(value))):,f}"


def price(value: float) -> str:
    """Print a quoted price or size; none at all is told as 0."""
    return number(value if value % 1 else int(value)) if value else "-"


def bps(value: float | None) -> str:
    """Print basis points."""
    return "-" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def usd(value: Decimal) -> str:
    """Print money to the cent."""
    return f"{value:,.2f}"


def instant(nanos: int | None) -> str:
    """Print Unix nanoseconds as a time in UTC, to the millisecond."""
    if not nanos:
        return "-"
    return datetime.fromtimestamp(nanos // 1_000_000 / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
