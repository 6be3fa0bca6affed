"""Commands that connect: login, connect, disconnect, venues, account."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from venuekit_sdk.cli.command import command
from venuekit_sdk.cli.options import Key, Url
from venuekit_sdk.cli.session import DEFAULT_URL, Given, Session

if TYPE_CHECKING:
    from rich.console import RenderableType

    from venuekit_sdk.result.account import Account, ConnectedVenue

app = typer.Typer()
VenueName = Annotated[str, typer.Argument(metavar="VENUE", help="A venue such as binance.", show_default=False)]


def show_link(link: "ConnectedVenue") -> "Iterator[RenderableType]":
    """Tell what was stored or forgotten."""
    yield f"{link.venue}: {'keys stored, encrypted' if link.connected else 'keys forgotten'}"


def show_venues(venues: "list[ConnectedVenue]") -> "Iterator[RenderableType]":
    """Lay out connected venues."""
    from venuekit_sdk.cli.output import instant, table

    if not venues:
        yield "no venue is connected; connect one: sequence connect VENUE (prices and the sandbox need none)"
        return
    rows = [(row.venue, "yes" if row.connected else "no", instant(row.last_heartbeat_ns), row.error) for row in venues]
    yield table("VENUE CONNECTED HEARTBEAT ERROR", rows)


def show_account(account: "Account") -> "Iterator[RenderableType]":
    """Lay out whose key this is."""
    from venuekit_sdk.cli.output import table

    mode = "sandbox" if account.is_sandbox else "live"
    row = (account.client_id, account.tier, mode, f"{account.rate_limit_qps:g}", f"{account.burst:g}")
    yield table("CLIENT TIER MODE QPS> BURST>", [row])
    if account.features:
        yield "features: " + ", ".join(name for name, on in sorted(account.features.items()) if on)


@app.command()
def login(ctx: typer.Context, url: Url = None, key: Key = None) -> None:
    """Check an API key against the server and keep it in ~/.sequence/config.toml."""
    from venuekit_sdk.cli.exits import leave
    from venuekit_sdk.errors import ApiError

    outer = ctx.obj if isinstance(ctx.obj, Given) else Given()
    try:
        typer.echo(_login(Given(url, key).over(outer)), err=True)
    except (ApiError, ValueError) as error:
        raise leave(error) from None


@command(app, show_link)
def connect(session: Session, venue: VenueName) -> "ConnectedVenue":
    """Give the engine the keys to a venue; asks for them and shows nothing."""
    from venuekit_sdk.cli.prompts import ask_credentials
    from venuekit_sdk.result.account import ConnectedVenue

    session.seq.connect_venue(venue, **ask_credentials(venue))
    return ConnectedVenue(venue, connected=True)


@command(app, show_link)
def disconnect(session: Session, venue: VenueName) -> "ConnectedVenue":
    """Make the engine forget the keys to a venue."""
    from venuekit_sdk.result.account import ConnectedVenue

    session.seq.disconnect_venue(venue)
    return ConnectedVenue(venue, connected=False)


@command(app, show_venues)
def venues(session: Session) -> "list[ConnectedVenue]":
    """List the venues that the engine holds keys for."""
    return session.seq.venues()


@command(app, show_account)
def account(session: Session) -> "Account":
    """Show whose key this is and how much it may ask."""
    return session.seq.account()


def _login(given: Given) -> str:
    from venuekit_sdk.cli.config import Config, config_path, load_config, save_config
    from venuekit_sdk.cli.prompts import ask_line
    from venuekit_sdk.client import Sequence

    path = config_path()
    old = load_config(path)
    url = (given.url or old.url or DEFAULT_URL).rstrip("/")
    key = given.key or ask_line(f"API key for {url}", is_secret=True)
    with Sequence(key, url) as seq:
        account = seq.account()
    kept = old if old.url == url else Config()
    save_config(path, Config(url, kept.live_key, key) if account.is_sandbox else Config(url, key, kept.test_key))
    return (
        f"logged in at {url} as {account.client_id} ({'sandbox' if account.is_sandbox else 'live'} key); kept in {path}"
    )
