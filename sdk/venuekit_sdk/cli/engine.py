"""Commands that run the engine here: serve, record, demo. The engine is imported when one of them runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from venuekit_sdk.cli.options import Json

if TYPE_CHECKING:
    from rich.console import RenderableType

    from venuekit_engine.app import Ready, Recorded

app = typer.Typer()
NOTHING = 1  # exit code of a recording without a frame
MarketOption = Annotated[str, typer.Option("--market", metavar="demo|live|replay:PATH", help="Where prices come from.")]


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="TCP port.")] = 50052,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", help="Where orders, keys and journals are kept; ~/.sequence/paper or live without."),
    ] = None,
    market: MarketOption = "demo",
    ready_file: Annotated[
        Path | None, typer.Option("--ready-file", help="Write the URL and the keys here as JSON once it answers.")
    ] = None,
    symbols: Annotated[str, typer.Option("--symbols", help="These symbols only, with commas.")] = "",
    speed: Annotated[float, typer.Option("--speed", min=0, help="Time factor of a replay; 0: no waits.")] = 1.0,
    loop: Annotated[bool, typer.Option("--loop", help="Begin a replay again when it ends.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the demo market.")] = 7,
    qps: Annotated[float, typer.Option("--qps", min=0.1, help="Requests a second and client.")] = 1000.0,
    durability: Annotated[str, typer.Option("--durability", help="How the journal is synced.")] = "full",
    venue_url: Annotated[
        list[str] | None,
        typer.Option("--venue-url", metavar="VENUE.NAME=URL", help="Use this base URL of a venue: a simulator's."),
    ] = None,
) -> None:
    """Run the engine until it is interrupted. The first start makes two API keys and shows them once."""
    from venuekit_engine.app import Settings, StartError, run_server

    settings = Settings(
        hosts=_hosts_of(venue_url or []),
        data_dir=_home_of(data_dir, market),
        market=market,
        host=host,
        port=port,
        ready_file=ready_file,
        symbols=tuple(_names(symbols)),
        speed=speed,
        loop=loop,
        seed=seed,
        qps=qps,
        durability=durability,
    )
    try:
        code = run_server(settings, _announce)
    except StartError as error:
        raise _fail(str(error)) from None
    raise typer.Exit(code)


@app.command()
def record(
    out: Annotated[Path, typer.Option("--out", help="The capture to write, JSON lines.")],
    venues: Annotated[str, typer.Option("--venues", help="These venues only, with commas.")] = "",
    symbols: Annotated[str, typer.Option("--symbols", help="These symbols, with commas.")] = "",
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help="For how long.")] = 60.0,
    json: Json = False,
) -> None:
    """Record what live venues send, to be served again with `serve --market replay:PATH`."""
    from venuekit_engine.app import StartError, run_record
    from venuekit_sdk.cli.output import print_json, print_shown

    try:
        recorded = run_record(_names(venues), _names(symbols), out, seconds)
    except StartError as error:
        raise _fail(str(error)) from None
    if json:
        print_json(recorded)
    else:
        print_shown(show_recorded(recorded))
    if not has_frames(recorded):
        raise typer.Exit(NOTHING)


def show_recorded(recorded: "Recorded") -> "Iterator[RenderableType]":
    """Lay out what was recorded of each venue, and what went wrong."""
    from venuekit_sdk.cli.output import table

    rows = [(venue, name, count) for venue, counts in sorted(recorded.counts.items()) for name, count in counts.items()]
    yield table("VENUE WHAT COUNT>", rows)
    for venue, fault in sorted(recorded.faults.items()):
        yield f"{venue}: {fault}"
    if recorded.lost:
        yield f"{recorded.lost} records could not be written"
    told = f"play it: sequence serve --market replay:{recorded.path}"
    yield told if has_frames(recorded) else "no frame came"


def has_frames(recorded: "Recorded") -> bool:
    """Tell whether there is anything to play."""
    return any(counts.get("frame") for counts in recorded.counts.values())


@app.command()
def demo(
    replay: Annotated[Path | None, typer.Option("--replay", help="Show it on this capture instead.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the demo market.")] = 7,
) -> None:
    """Show everything in a few seconds, with no network and no keys: prices, a split order, a cancel, positions."""
    from venuekit_sdk.cli.demo.run import run_demo

    raise typer.Exit(run_demo(replay, seed))


def _announce(ready: "Ready") -> None:
    lines = [f"engine ready at {ready.base_url} (API docs: {ready.base_url}/docs)"]
    if ready.live_key or ready.test_key:
        lines += [
            "API keys, shown this once:",
            f"  live     {ready.live_key}",
            f"  sandbox  {ready.test_key}",
            f"keep one: sequence login --url {ready.base_url}",
        ]
    else:
        lines.append("the API keys were shown at the first start; make another with POST /v1/api_keys")
    typer.echo("\n".join(lines))


def _fail(message: str) -> typer.Exit:
    typer.echo(f"error: {message}", err=True)
    return typer.Exit(1)


def _home_of(data_dir: Path | None, market: str) -> Path:
    # Play money and real money never share a directory; the engine refuses it too.
    own = Path("~/.sequence") / ("live" if market.startswith("live") else "paper")
    return (data_dir or own).expanduser()


def _hosts_of(given: list[str]) -> dict[str, dict[str, str]]:
    hosts: dict[str, dict[str, str]] = {}
    for each in given:
        place, _, url = each.partition("=")
        venue, _, name = place.partition(".")
        if not (venue and name and "://" in url):
            raise typer.BadParameter(
                f"--venue-url is VENUE.NAME=URL, as binance.rest=http://127.0.0.1:9100, was {each}"
            )
        hosts.setdefault(venue, {})[name] = url
    return hosts


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
