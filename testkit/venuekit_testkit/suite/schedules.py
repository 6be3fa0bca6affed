"""LC, schedules: random runs of everything at once, against what must always hold.

What must stay true: the runs are the same each time, and one that breaks tells its story.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Feature, Op
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.schedule import run_schedules
from venuekit_testkit.law import Level, law

BREAKS_IN_RACES: Final = (
    "https://github.com/nautechsystems/nautilus_trader/issues/4736",
    "https://github.com/nautechsystems/nautilus_trader/issues/4958",
    "https://github.com/hummingbot/hummingbot/issues/4987",
    "https://github.com/hummingbot/hummingbot/issues/745",
)


@law("LC-710", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL, Op.QUERY, Op.FILLS, Feature.FIND_BY_CLIENT_ID, core=True,
     incidents=BREAKS_IN_RACES)  # fmt: skip
def test_lc710_whatever_goes_wrong_the_truth_is_found_by_asking(bench: Bench) -> None:
    """LC-710. Orders placed, changed, taken off and traded in any order, with any answer lost, late or half, end true.

    The story in the message is the run that broke. The last line of it is where to look.
    """
    run_schedules(bench, streams=False)


@law("LC-720", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL, Op.QUERY, Op.FILLS, Op.ACCOUNT_FEED, Feature.FIND_BY_CLIENT_ID,
     incidents=BREAKS_IN_RACES)  # fmt: skip
def test_lc720_whatever_the_stream_tells_nothing_is_believed_that_is_not_so(bench: Bench) -> None:
    """LC-720. The same with the account's stream open, whose frames come twice, late or never."""
    run_schedules(bench, streams=True)
