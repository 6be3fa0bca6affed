"""Try generated mutants: `python -m venuekit_testkit.mutants.generated <venue> [--sample N] [--seed S] [--own]`.

Prints a line for each and the count. Exits 1 where one survived, 2 where the plugin cannot be tried.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Final

from venuekit.plugin import discover
from venuekit_testkit.bench.build import Subject, find_subject
from venuekit_testkit.bench.profile import Unusable
from venuekit_testkit.mutants.generated.equivalent import read_equivalents
from venuekit_testkit.mutants.generated.generate import sample
from venuekit_testkit.mutants.generated.trial import Fate, Proving, Trial, count
from venuekit_testkit.reference.subject import PACKAGE

REFERENCE: Final = "reference"


def main() -> int:
    """Try, and print."""
    asked = _parser().parse_args()
    try:
        trials = _try(asked)
    except Unusable as error:
        _say(str(error))
        return 2
    told = count(trials)
    _say(f"{asked.venue}: {len(trials)} mutants, " + ", ".join(f"{told[fate]} {fate.value}" for fate in Fate))
    return 1 if told[Fate.SURVIVED] else 0


def line_of(trial: Trial) -> str:
    """Write one trial."""
    by = f" by {trial.by}" if trial.by else ""
    why = "" if trial.fate in (Fate.KILLED, Fate.TESTED) else f" ({trial.why})"
    return f"{trial.fate.value}{by}{why}: line {trial.mutant.line}, {trial.mutant.operator}: {trial.mutant.key}"


def _try(asked: argparse.Namespace) -> list[Trial]:
    package = PACKAGE if asked.venue == REFERENCE else f"venuekit_{asked.venue}"
    proving = Proving(package, lambda: _subject(asked.venue), read_equivalents(package))
    trials: list[Trial] = []
    for mutant in sample(package, asked.sample, asked.seed, asked.match):
        trials.append(proving.attempt(mutant, asked.own))
        _say(line_of(trials[-1]))
    return trials


def _subject(venue: str) -> Subject:
    return make_reference() if venue == REFERENCE else find_subject(venue, discover())


def make_reference() -> Subject:
    """Make the reference adapter of what is imported now, which may be mutated."""
    made: Subject = import_module(f"{PACKAGE}.subject").make_reference()
    return made


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m venuekit_testkit.mutants.generated", description=__doc__)
    parser.add_argument("venue", help='a venue whose plugin is installed, or "reference"')
    parser.add_argument("--sample", type=int, default=0, help="how many to draw; without it, every one")
    parser.add_argument("--seed", type=int, default=1, help="of the draw")
    parser.add_argument("--match", default="", help="only mutants whose key holds this text")
    parser.add_argument("--own", action="store_true", help="ask the plugin's own tests about what the suite leaves")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
