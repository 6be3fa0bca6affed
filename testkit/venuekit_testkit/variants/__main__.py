"""Print false alarms: `python -m venuekit_testkit.variants [variant …]`. Exits 1 where a law breaks on a variant."""

from __future__ import annotations

import argparse
import sys
import time

from venuekit_testkit.variants import VARIANTS
from venuekit_testkit.variants.trial import find_alarms, try_variant
from venuekit_testkit.verdict.level import compute_level


def main() -> int:
    """Try, and print a line a variant and one for each law that is wrong."""
    parser = argparse.ArgumentParser(prog="python -m venuekit_testkit.variants", description=__doc__)
    parser.add_argument("variant", nargs="*", choices=[*VARIANTS, []], help="only these")
    alarms = [_try(name) for name in parser.parse_args().variant or VARIANTS]
    _say(f"{sum(alarms)} false alarms of {len(alarms)} variants")
    return 1 if any(alarms) else 0


def _try(name: str) -> int:
    began, variant = time.perf_counter(), VARIANTS[name]
    outcomes = try_variant(variant)
    broken, level = find_alarms(variant, outcomes), compute_level(outcomes)
    _say(f"{name:24} {level} in {time.perf_counter() - began:.1f} s")
    for each in broken:
        _say(f"  {each}")
    return len(broken)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
