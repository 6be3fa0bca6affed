"""The command that tries plugins: conform.

Part of `app.py`. What must stay true: the testkit is imported when the command runs, so `--help` needs none of it.
"""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from venuekit_sdk.cli.kit import refuse, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from venuekit.plugin import Plugins
    from venuekit_testkit.bench.build import Subject
    from venuekit_testkit.conform import Found
    from venuekit_testkit.report.report import Report
    from venuekit_testkit.verdict.verdict import Outcome

app = typer.Typer()
KEYS = ("API_KEY", "API_SECRET", "PASSPHRASE")
MARKS = {"held": "ok", "broke": "BROKE", "xfailed": "excused", "xpassed": "BROKE", "planned": "planned"}


@app.command()
def conform(
    venues: Annotated[
        list[str] | None, typer.Argument(metavar="[VENUE]...", help="Venues to try; all without.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help="Write JSON, JUnit, Markdown and a badge here.")
    ] = None,
    next_: Annotated[bool, typer.Option("--next", help="Tell what to mend next, and no more.")] = False,
    explain: Annotated[str, typer.Option("--explain", metavar="ID", help="Tell what a law asks, and why.")] = "",
    only: Annotated[str, typer.Option("--only", metavar="IDS", help="These laws or suites, with commas.")] = "",
    record: Annotated[
        str,
        typer.Option("--record", metavar="simulated|live", help="Make the venue's cassettes anew; live needs keys."),
    ] = "",
    cassettes: Annotated[
        Path | None, typer.Option("--cassettes", metavar="DIR", help="Where --record writes; cassettes/VENUE without.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Print every law, not only what did not hold.")
    ] = False,
) -> None:
    """Try venue plugins against the conformance suite: offline, without keys.

    Exit codes: 0 every law that applies holds, 1 some broke, 2 a plugin cannot be tried.

    `--record live` trades the smallest size at the venue's testnet, with the keys in VENUEKIT_API_KEY,
    VENUEKIT_API_SECRET and VENUEKIT_PASSPHRASE.
    """
    with sentences(), _writable():
        if explain:
            typer.echo(_explain(explain))
        elif record:
            _record(venues or [], record, cassettes)
        else:
            found = _try(venues or [], only, verbose=verbose and not next_)
            _tell(found, next_=next_)
            if report is not None:
                _write(found, report)
            raise typer.Exit(found.code)


@contextmanager
def _writable() -> "Iterator[None]":
    """Say where nothing can be written. Raises: Exit."""
    try:
        yield
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise refuse(f"nothing can be written: {place}{error.strerror or error}") from None


def _try(venues: list[str], only: str, *, verbose: bool) -> "Found":
    from venuekit.plugin import discover
    from venuekit_testkit.bench.profile import Unusable
    from venuekit_testkit.conform import all_venues, conform
    from venuekit_testkit.law import laws
    from venuekit_testkit.verdict.run import pick

    plugins = discover()
    chosen = [name.strip() for name in only.split(",") if name.strip()]
    if only and not chosen:
        raise Unusable(f"--only {only!r} names no law and no suite: give some like EX-120 or MD, with commas")
    pick(laws(), chosen)
    return conform(venues or all_venues(plugins), plugins, _line if verbose else lambda venue, outcome: None, chosen)


def _explain(id: str) -> str:
    from venuekit_testkit.conform import find_law
    from venuekit_testkit.report.text import explain

    return explain(find_law(id))


def _record(venues: list[str], how: str, folder: Path | None) -> None:
    from venuekit.plugin import discover
    from venuekit_testkit.bench.build import find_subject
    from venuekit_testkit.bench.profile import Unusable

    if how not in RECORDERS or len(venues) != 1:
        raise Unusable("to record, name one venue and say how: sequence conform binance --record simulated")
    plugins, place = discover(), folder or Path("cassettes", venues[0])
    for path in RECORDERS[how](find_subject(venues[0], plugins), place, plugins):
        typer.echo(f"recorded {path}")


def _record_simulated(subject: "Subject", place: Path, plugins: "Plugins") -> list[Path]:
    from venuekit_testkit.cassette.record import record_simulated

    return record_simulated(subject, place)


def _record_live(subject: "Subject", place: Path, plugins: "Plugins") -> list[Path]:
    from venuekit.credential import Credentials
    from venuekit_testkit.cassette.record import record_live

    key, secret, phrase = (os.environ.get(f"VENUEKIT_{name}", "") for name in KEYS)
    keys = Credentials(api_key=key, api_secret=secret, passphrase=phrase)
    return record_live(subject, place, lambda given, hosts: plugins.build(subject.id, given, hosts), keys)


RECORDERS = {"simulated": _record_simulated, "live": _record_live}


def _tell(found: "Found", *, next_: bool) -> None:
    from venuekit_testkit.report.text import summarise

    for report in found.reports:
        typer.echo(_tell_next(report) if next_ else summarise(report))
    for venue, why in found.unusable:
        typer.echo(f"{venue}: cannot be tried: {why}", err=True)


def _tell_next(report: "Report") -> str:
    from venuekit_testkit.report.text import tell_next
    from venuekit_testkit.verdict.level import find_next

    return f"{report.venue}: {tell_next(find_next(report.outcomes))}"


def _write(found: "Found", folder: Path) -> None:
    from venuekit_testkit.report.files import write_files

    for path in write_files(found.reports, folder, found.unusable):
        typer.echo(f"wrote {path}")


def _line(venue: str, outcome: "Outcome") -> None:
    mark = MARKS.get(outcome.verdict.value, outcome.verdict.value)
    typer.echo(f"{venue} {outcome.law.id} {mark:8} {outcome.law.title}")
