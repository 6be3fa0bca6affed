"""The options that every command that asks the server has, and those that several share."""

from enum import StrEnum
from typing import Annotated

import typer

_SERVER = "Server"

Url = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="Where the engine is.", rich_help_panel=_SERVER),
]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="KEY", help="The API key; better kept in SEQ_API_KEY.", rich_help_panel=_SERVER),
]
Sandbox = Annotated[
    bool,
    typer.Option("--sandbox", help="Trade on paper, with the sandbox key if there is one.", rich_help_panel=_SERVER),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]

Symbol = Annotated[str, typer.Argument(help="A symbol such as BTC-USD.", show_default=False)]
OnlySymbol = Annotated[str | None, typer.Option("--symbol", help="This symbol only.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="How many rows.")]
Offset = Annotated[int, typer.Option("--offset", min=0, help="How many rows to leave out.")]


class Side(StrEnum):
    """Which way."""

    BUY = "buy"
    SELL = "sell"
