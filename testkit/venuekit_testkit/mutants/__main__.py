"""Print the score: `python -m venuekit_testkit.mutants [--all] [mutant …]`. Exits 1 unless every mutant is caught."""

from __future__ import annotations

import argparse
import sys

from venuekit_testkit.mutants import MUTANTS
from venuekit_testkit.mutants.score import line_of, try_mutants


def main() -> int:
    """Try, and print a line a mutant."""
    parser = argparse.ArgumentParser(prog="python -m venuekit_testkit.mutants", description=__doc__)
    parser.add_argument("--all", action="store_true", help="try each mutant against every law")
    parser.add_argument("mutant", nargs="*", choices=[*MUTANTS, []], help="only these")
    asked = parser.parse_args()
    trials = try_mutants(asked.all, lambda trial: _say(line_of(trial)), asked.mutant)
    caught = sum(trial.is_caught for trial in trials)
    _say(f"{caught} of {len(trials)} mutants caught")
    return 0 if caught == len(trials) else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
