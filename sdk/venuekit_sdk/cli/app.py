"""The `sequence` command: its global options and its groups. `main` is the console script."""

from typing import Annotated

import typer

from venuekit_sdk.cli import book, conform, connect, engine, scaffold, see, simulate, trade
from venuekit_sdk.cli.options import Sandbox
from venuekit_sdk.cli.session import Given

app = typer.Typer(
    help="Trade through every venue that has a plugin: see prices, route orders, follow fills.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,  # they print local variables, and some of those are keys
)
for group in (connect.app, see.app, trade.app, book.app, engine.app, conform.app, scaffold.app, simulate.app):
    app.registered_commands += group.registered_commands


def _print_version(wanted: bool) -> None:
    if wanted:
        version()
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", envvar="SEQ_BASE_URL", help="Where the engine is.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", envvar="SEQ_API_KEY", show_envvar=True, help="The API key."),
    ] = None,
    sandbox: Sandbox = False,
    version: Annotated[
        bool, typer.Option("--version", "-V", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    """Trade through every venue that has a plugin: see prices, route orders, follow fills."""
    ctx.obj = Given(url, key, sandbox)


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(f"sequence {installed('venuekit')}")


def main() -> None:
    """Run the command line."""
    app(prog_name="sequence")
