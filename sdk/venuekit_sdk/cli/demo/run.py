"""Plays the demo from start to end and says at once if it cannot keep a promise."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from venuekit_sdk.cli.demo import acts
from venuekit_sdk.cli.demo.stage import NoStage, open_stage
from venuekit_sdk.cli.output import console
from venuekit_sdk.client import Sequence
from venuekit_sdk.errors import ApiError

if TYPE_CHECKING:
    from rich.console import RenderableType

BROKEN: Final = 1
NEXT: Final = (
    "run an engine:      sequence serve                      (add --market live for real prices)",
    "keep its key:       sequence login                      (in another terminal)",
    "see a price:        sequence quote BTC-USD",
    "buy on paper:       sequence buy BTC-USD 0.01 --sandbox",
    "use it in Python:   from venuekit_sdk import Sequence   (see docs/sdk.md)",
)


def run_demo(replay: Path | None, seed: int) -> int:
    """Show everything; 0 if every act showed what it promises, else 1 with the reason on stderr."""
    if replay is not None and not replay.is_file():
        return _broken(f"there is no capture at {replay}")
    try:
        _tell("1. Plugins found on this machine", acts.find_plugins())
        # The sandbox key: whatever this engine is told, it trades on paper.
        with (
            open_stage("demo" if replay is None else f"replay:{replay}", seed) as ready,
            Sequence(ready.test_key, ready.base_url) as seq,
        ):
            _play(seq, is_recorded=replay is not None)
    except (acts.Broken, NoStage) as error:
        return _broken(str(error))
    except ApiError as error:
        return _broken(f"the engine refused: {error}")
    _tell("7. Where to go next", NEXT)
    return 0


def _play(seq: Sequence, is_recorded: bool) -> None:
    quote, shown = acts.see_market(seq, is_recorded)
    _tell(f"2. {quote.symbol} over all venues, {'recorded' if is_recorded else 'made up'}", shown)
    size, shown = acts.see_route(seq, quote)
    _tell(f"3. How {size} {quote.symbol} would be bought: nothing is sent", shown)
    _tell(f"4. Buy {size} {quote.symbol}", acts.buy_split(seq, quote, size))
    _tell("5. Two limit orders: one rests and is cancelled, one fills", acts.batch_limits(seq, quote, size))
    _tell("6. Positions and NAV", acts.hold(seq, quote))


def _tell(title: str, shown: Iterable[RenderableType]) -> None:
    from rich.text import Text

    out = console()
    out.print(Text(f"\n{title}", style="bold cyan"))
    for part in shown:
        out.print(part)


def _broken(reason: str) -> int:
    typer.echo(f"the demo failed: {reason}", err=True)
    return BROKEN
