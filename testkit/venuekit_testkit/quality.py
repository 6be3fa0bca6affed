"""The rules of quality that every plugin answers in its `quality.toml`, and which of the answers can be checked.

Used by the laws of identity and by the docs. What must stay true: the rules are the same for all, in this order, and an
answer that can be checked is no claim: it is what the check finds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from venuekit.capability import Op, Support
from venuekit.venue import Venue

Done: TypeAlias = Callable[[Venue, Path], bool]

RULES: Final[Mapping[str, str]] = {
    "facts-have-sources": "every number and rule names the page that it is from, and the day it was read",
    "hosts-declared": "the hosts in `venue.toml` are those of the class, and no others are asked",
    "errors-sorted": "each code of the venue stands in a table that says what it proves",
    "exact-numbers": "no float touches money",
    "book-integrity-proven": "a lost change of a book is seen, or the table of features says that it cannot be",
    "replays-genuine-capture": "what the venue really sent is replayed in a test",
    "limits-declared": "the venue's budgets are buckets, and each request names what it takes",
    "capabilities-complete": "the tables answer for every verb and every feature, and say why not",
    "signer-matches-vectors": "signatures are those that other people's software makes",
    "trading-verbs": "nothing that the venue can do with orders is only planned",
    "user-stream": "the account's stream is read",
    "live-checked": "orders were placed at the venue or its testnet",
    "redeem": "what a resolved market pays is claimed",
}


def _trades(venue: Venue, _: Path) -> bool:
    return not _planned(venue, *(op for op in Op if op is not Op.ACCOUNT_FEED))


def _has_vectors(_: Venue, folder: Path) -> bool:
    return (folder / "vectors.json").is_file() or any((folder / "tests").rglob("*vectors*.json"))


def _redeems(venue: Venue, _: Path) -> bool:
    return any(table[Op.REDEEM] for table in venue.capabilities.values())


CHECKED: Final[Mapping[str, Done]] = {
    "trading-verbs": _trades,
    "user-stream": lambda venue, _: not _planned(venue, Op.ACCOUNT_FEED),
    "redeem": _redeems,
    "signer-matches-vectors": _has_vectors,
}
# Where the venue lacks it there is nothing to do.
LACKING: Final[Mapping[str, Op]] = {
    "redeem": Op.REDEEM,
    "user-stream": Op.ACCOUNT_FEED,
    "signer-matches-vectors": Op.SUBMIT,
    "trading-verbs": Op.SUBMIT,
}


def is_answer(answer: Any) -> bool:
    """Tell whether an answer is done, todo, or exempt with a reason."""
    if isinstance(answer, dict):
        return set(answer) == {"exempt"} and isinstance(answer["exempt"], str) and bool(answer["exempt"].strip())
    return answer in ("done", "todo")


def find_untrue(rules: Mapping[str, Any], venue: Venue, folder: Path) -> list[str]:
    """List the answers that are not what a check finds, each with what it should be."""
    wrong: list[str] = []
    for name, check in CHECKED.items():
        should = "exempt" if _lacks(venue, LACKING[name]) else "done" if check(venue, folder) else "todo"
        told = "exempt" if isinstance(rules[name], dict) else rules[name]
        if told != should:
            wrong.append(f"{name} says {told} and is {should}")
    return wrong


def _planned(venue: Venue, *ops: Op) -> bool:
    return any(table[op].support is Support.PLANNED for table in venue.capabilities.values() for op in ops)


def _lacks(venue: Venue, op: Op) -> bool:
    return all(table[op].support is Support.ABSENT for table in venue.capabilities.values())
