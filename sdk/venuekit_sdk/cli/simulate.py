"""The command that puts a venue on this machine: simulate.

Part of `app.py`. What must stay true: the testkit is imported when the command runs, so `--help` needs none of it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from venuekit_sdk.cli.kit import refuse, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from venuekit_testkit.simulate.server import Server

app = typer.Typer()
HEADER = "{venue} is simulated at {http}: made-up prices, play money, on this machine only. Ctrl-C ends it."


@app.command()
def simulate(
    venue: Annotated[str, typer.Argument(metavar="[VENUE]", help="The venue to simulate.")] = "",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="TCP port; 0 takes a free one.")] = 9100,
    list_: Annotated[bool, typer.Option("--list", help="List the venues that can be simulated, and why not.")] = False,
    ready_file: Annotated[
        Path | None, typer.Option("--ready-file", help="Write the URLs and keys here as JSON once it answers.")
    ] = None,
) -> None:
    """Serve a venue as its documentation describes it: REST and WebSocket for any client, with test keys and faults."""
    with sentences():
        if list_ or not venue:
            typer.echo("\n".join(_list()))
        else:
            _run(venue, port, ready_file)


def _list() -> "Iterator[str]":
    from venuekit.plugin import discover
    from venuekit_testkit.simulate.registry import list_simulators

    for known in list_simulators(discover()):
        yield f"{known.venue:16} {known.simulator or known.why}"


def _run(venue: str, port: int, ready_file: Path | None) -> None:
    import asyncio

    from venuekit.plugin import discover
    from venuekit_testkit.simulate.registry import make_simulator
    from venuekit_testkit.simulate.server import serve_until_told

    def ready(server: "Server") -> None:
        if ready_file is not None:
            _write(ready_file, server)
        typer.echo("\n".join(_announce(server)))

    try:
        asyncio.run(serve_until_told(make_simulator(venue, discover()), port, ready))
    except OSError as error:
        raise refuse(f"cannot listen on port {port}: {error.strerror or error}; choose another with --port") from None


def _write(path: Path, server: "Server") -> None:
    import msgspec

    simulator = server.simulator
    told = {"venue": simulator.id, "http": server.http, "urls": server.urls, "keys": simulator.keys}
    path.write_bytes(msgspec.json.encode({**told, "more_keys": simulator.more_keys}))


def _announce(server: "Server") -> "Iterator[str]":
    from venuekit.plugin import discover

    simulator = server.simulator
    yield HEADER.format(venue=simulator.id, http=server.http)
    yield from _shown("base URLs", server.urls)
    yield from _shown("test keys", simulator.keys)
    if kinds := [kind for kind, keys in simulator.more_keys.items() if keys != simulator.keys]:
        yield f"there are keys of other kinds too ({', '.join(kinds)}): --ready-file writes them all"
    if simulator.id in discover().venues:
        yield from _usage(simulator.id, server.urls)
    yield "let it go wrong, and look inside:"
    yield f"""  curl -d '{{"fault": "drop_ack", "on": "submit"}}' {server.http}/_simulator/faults"""
    yield f"  curl {server.http}/_simulator/state"


def _shown(title: str, named: "Mapping[str, str]") -> "Iterator[str]":
    yield f"{title}:"
    for name, value in named.items():
        yield f"  {name:12} {value.strip()}"


def _usage(venue: str, urls: "Mapping[str, str]") -> "Iterator[str]":
    options = " ".join(f"--venue-url {venue}.{name}={url}" for name, url in urls.items())
    yield "point at it:"
    yield f"  a plugin     discover().build({venue!r}, Credentials(...), hosts={dict(urls)!r})"
    yield f"  the engine   VENUEKIT_PLUGINS={venue} sequence serve --market live {options}"
    yield f"               and then: sequence connect {venue}"
    yield "  a client     give it the base URLs above, and the keys"
