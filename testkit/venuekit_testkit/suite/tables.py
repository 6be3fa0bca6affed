"""ID, continued: the tables of capabilities and features, and the rules of quality: complete, reasoned, and true.

Router, server, docs and suite all read the tables, so what they say wrongly is done wrongly everywhere at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from venuekit.capability import Capability, Feature, Mode, Op, Support
from venuekit.venue import Venue
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.manifest import read_rules
from venuekit_testkit.bench.profile import folder_of
from venuekit_testkit.law import Level, Setting, law
from venuekit_testkit.quality import RULES, find_untrue, is_answer

# Verbs whose result carries a mode.
TOLD: Final = (
    Op.SUBMIT, Op.CANCEL, Op.AMEND, Op.DECREASE, Op.BATCH, Op.CANCEL_ALL, Op.CANCEL_BATCH, Op.REDEEM,
)  # fmt: skip
ONE_CALL: Final = frozenset((Mode.NATIVE, Mode.NATIVE_ATOMIC, Mode.NATIVE_BATCH))
SEVERAL: Final = frozenset((Mode.CANCEL_REPLACE, Mode.SERIAL))
MANY: Final = frozenset((Op.BATCH, Op.CANCEL_ALL, Op.CANCEL_BATCH))
TOO_SHORT: Final = 8  # letters: less is no reason


@law("ID-200", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id200_every_verb_is_answered_for(bench: Bench) -> None:
    """ID-200. The table of capabilities says nothing of some verb.

    Native, emulated, planned or absent: a gap sends nobody anywhere.
    """
    for kind, table in bench.venue.capabilities.items():
        missing = sorted(op.value for op in set(Op) - set(table))
        assert not missing, f"the table of {kind.value} says nothing of {', '.join(missing)}"


@law("ID-210", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id210_every_feature_is_answered_for(bench: Bench) -> None:
    """ID-210. The table of features says nothing of some order flag, or of how books are proven."""
    for kind, table in bench.venue.features.items():
        missing = sorted(feature.value for feature in set(Feature) - set(table))
        assert not missing, f"the features of {kind.value} say nothing of {', '.join(missing)}"


@law("ID-220", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id220_what_is_not_native_says_why(bench: Bench) -> None:
    """ID-220. A verb or feature is emulated, planned or absent without a reason that a reader can act on."""
    for where, found in entries(bench.venue):
        reasoned = found.support is Support.NATIVE or len(found.reason.strip()) >= TOO_SHORT
        assert reasoned, f"{where} is {found.support.value}: say why in its `reason`"


@law("ID-230", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id230_a_declared_verb_is_written(bench: Bench) -> None:
    """ID-230. The table grants a verb that the class does not write.

    The router would choose the venue for it, and the order would fail there.
    """
    for op, found in _verbs(bench.venue):
        written = getattr(type(bench.venue), op.value) is not getattr(Venue, op.value)
        assert written or not found, f"{op.value} is {found.support.value} in the table and is not written"


@law("ID-240", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id240_a_mode_is_not_better_than_its_support(bench: Bench) -> None:
    """ID-240. A verb that takes several calls claims the mode of one call, or the other way about.

    Who reads `native_atomic` counts on it: nothing can come between. An emulated verb is `cancel_replace` or `serial`.
    """
    for op, found in _verbs(bench.venue):
        if op in TOLD and found.support is Support.EMULATED:
            assert found.mode not in ONE_CALL, f"{op.value} is emulated and claims the mode {found.mode.value}"
        if op in TOLD and found.support is Support.NATIVE:
            assert found.mode not in SEVERAL, f"{op.value} is native and has the mode {found.mode.value}"
        assert found.mode is not Mode.NATIVE_BATCH or op in MANY, f"{op.value} is no batch"


@law("ID-250", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id250_limits_of_a_call_are_counts(bench: Bench) -> None:
    """ID-250. A limit in the table is negative: it is the most items of one call, 0 where there is none."""
    for where, found in entries(bench.venue):
        assert found.limit >= 0, f"{where} has the limit {found.limit}"


@law("ID-260", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id260_every_rule_of_quality_is_answered(bench: Bench) -> None:
    """ID-260. `quality.toml` leaves out a rule, answers one that there is not, or gives no reason for an exemption.

    Each is `"done"`, `"todo"` or `{ exempt = "why" }`.
    """
    rules = read_rules(bench.package)
    assert set(rules) == set(RULES), f"these rules are missing or unknown: {sorted(set(rules) ^ set(RULES))}"
    odd = [name for name, answer in rules.items() if not is_answer(answer)]
    assert not odd, f'a rule is "done", "todo" or {{ exempt = "why" }}, these are not: {odd}'


@law("ID-270", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id270_no_rule_of_quality_is_claimed(bench: Bench) -> None:
    """ID-270. `quality.toml` claims what is not so, or still says `todo` of what is done."""
    rules = read_rules(bench.package)
    assert set(RULES) <= set(rules), f"quality.toml leaves out {sorted(set(RULES) - set(rules))}"
    wrong = find_untrue(rules, bench.venue, folder_of(bench.package))
    assert not wrong, "; ".join(wrong)


def entries(venue: Venue) -> Iterator[tuple[str, Capability]]:
    """List every entry of both tables, with its place."""
    for kind, verbs in venue.capabilities.items():
        yield from ((f"{kind.value} {op.value}", found) for op, found in verbs.items())
    for kind, features in venue.features.items():
        yield from ((f"{kind.value} {feature.value}", found) for feature, found in features.items())


def _verbs(venue: Venue) -> Iterator[tuple[Op, Capability]]:
    for verbs in venue.capabilities.values():
        yield from verbs.items()
