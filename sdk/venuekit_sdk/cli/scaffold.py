"""The command that begins a plugin: new-venue.

Part of `app.py`. What must stay true: the testkit is imported when the command runs, so `--help` needs none of it.
"""

from pathlib import Path
from typing import Annotated

import typer

from venuekit_sdk.cli.kit import refuse

app = typer.Typer()


@app.command("new-venue")
def new_venue(
    name: Annotated[str, typer.Argument(help="The venue's id: small letters, digits and _.")],
    into: Annotated[
        Path | None, typer.Option("--into", metavar="DIR", help="Where; plugins/ of this tree, or here if standalone.")
    ] = None,
    standalone: Annotated[bool, typer.Option("--standalone", help="A package of its own, outside this tree.")] = False,
) -> None:
    """Write the folder of a new venue plugin: it runs, reaches L0, and says what is next."""
    from venuekit_testkit.scaffold.scaffold import Unwritable, write_plugin

    place = into or Path("." if standalone else "plugins")
    try:
        if not standalone and not place.is_dir():
            raise Unwritable(f"there is no folder {place} here: stand in venuekit's tree, or give --standalone")
        written = write_plugin(name, place, standalone=standalone)
    except Unwritable as error:
        raise refuse(str(error)) from None
    for path in written:
        typer.echo(f"wrote {path}")
    root = f"{place / f'venuekit-{name}'}" if standalone else "."
    typer.echo(f'\nnext: pip install -e "{root}"\n      sequence conform {name} --next')
