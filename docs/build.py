"""Writes the parts of the docs that the code knows best: what stands between `<!-- begin NAME -->` and `<!-- end -->`.

Run by `make docs`; `tests/test_docs.py` fails while a page differs from what this would write. What must stay true: the
same code gives the same pages, whatever else is installed here.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any, Final, get_args

from venuekit import errors
from venuekit.capability import Capabilities, Capability, Op
from venuekit.graph import command, event
from venuekit.instrument import Kind
from venuekit.lifecycle import TABLES, draw
from venuekit.plugin import Hooks, discover
from venuekit.venue import Venue
from venuekit_engine.refusal import Refusal
from venuekit_engine.server import fault
from venuekit_testkit.conform import conform
from venuekit_testkit.incidents import INCIDENTS, Incident, laws_by_incident
from venuekit_testkit.law import SUITES, Law, Level, laws
from venuekit_testkit.mutants import KINDS, MUTANTS, Mutant
from venuekit_testkit.report.report import Report
from venuekit_testkit.report.text import name_level, tabulate
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.variants import KINDS as VARIED
from venuekit_testkit.variants import VARIANTS
from venuekit_testkit.verdict.verdict import Verdict

ROOT: Final = Path(__file__).resolve().parent.parent
MARKED: Final = re.compile(r"(<!-- begin (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def list_pages() -> list[Path]:
    """List the pages that may have generated parts."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def render(page: str) -> str:
    """Write a page's generated parts again. Raises: KeyError for a name that is not in `PARTS`."""
    return MARKED.sub(lambda found: f"{found[1]}{_part(found[2])}\n{found[3]}", page)


def _part(name: str) -> str:
    kind, _, what = name.partition(" ")
    return PARTS[kind](what)


def draw_states(which: str) -> str:
    """Draw one table of `venuekit.lifecycle`: order, node or graph."""
    table: Any = TABLES[which]
    return f"```mermaid\n{draw(table)}```"


def quote_code(what: str) -> str:
    """Quote a file, or what `path:name` or `path:Class.name` names in it."""
    path, _, name = what.partition(":")
    text = (ROOT / path).read_text()
    return f"```{path.rpartition('.')[2].replace('py', 'python')}\n{(_find(text, name) if name else text).strip()}\n```"


def list_errors(_: str) -> str:
    """Quote the tree of trade errors."""
    paragraphs = (errors.__doc__ or "").split("\n\n")
    return f"```text\n{next(each for each in paragraphs if each.startswith('TradeError'))}\n```"


def list_refusals(_: str) -> str:
    """List what the server answers when it refuses."""
    kinds = {each for each in _subclasses(Refusal) if each.__module__ in (Refusal.__module__, fault.__name__)}
    kinds -= {Refusal}
    rows = [(each.status, f"`{each.code}`", f"`{each.__name__}`", _told(each)) for each in kinds]
    return _table(("status", "code", "class", "when"), sorted(rows))


def list_structs(which: str) -> str:
    """List the kinds of event or command with what they say."""
    kinds = get_args({"event": event.Event, "command": command.Command}[which])
    return _table((which, "says"), [(f"`{each.__name__}`", _told(each)) for each in kinds])


def list_hooks(_: str) -> str:
    """List what a plugin may offer."""
    hooks = [(name, each) for name, each in vars(Hooks).items() if name.startswith(_HOOK)]
    return _table(("hook", "does"), [(f"`{name}`", _told(each)) for name, each in hooks])


def list_verbs(_: str) -> str:
    """List what can be asked of a venue."""
    return _table(("verb", "does"), [(f"`{op.value}`", _told(getattr(Venue, op.value))) for op in Op])


def list_laws(suite: str) -> str:
    """List the laws of one suite: what is wrong when one fails, what it needs, and what happened elsewhere."""
    known = [law for law, _ in laws().values() if law.suite == suite]
    return "\n\n".join(_law(law) for law in known)


def list_suites(_: str) -> str:
    """List the suites with their pages and how many laws each has."""
    known = [law for law, _ in laws().values()]
    rows = [
        (f"[{name}]({name.lower()}.md)", what, sum(law.suite == name for law in known)) for name, what in SUITES.items()
    ]
    return _table(("suite", "of", "laws"), rows)


def show_conformance(_: str) -> str:
    """Try every venue of this tree, and lay out what was found."""
    found = conform(_own_names(), discover(only=",".join(_own_names())))
    rows = [_conformance_row(report) for report in found.reports]
    head = ("venue", "level", *(name_level(level) for level in Level), "cassettes")
    details = [f"## {report.venue}\n\n{tabulate(report)}" for report in found.reports]
    return "\n\n".join([_table(head, rows), *details, *(f"{venue}: {why}" for venue, why in found.unusable)])


def list_incidents(_: str) -> str:
    """List what went wrong elsewhere, with the laws that each is answered by, or why no adapter could cause it."""
    named = laws_by_incident()
    groups = [
        f"## {group}\n\n{_table(('what happened', 'answered by'), [_incident(each, named) for each in incidents])}"
        for group, incidents in INCIDENTS.items()
    ]
    return "\n\n".join(groups)


def list_mutants(_: str) -> str:
    """List the broken adapters that the suite is tried on, with the law that notices each."""
    return "\n\n".join(_mutants(kind) for kind in KINDS)


def list_variants(_: str) -> str:
    """List the honest adapters on which no law may break, with what each does otherwise."""
    return "\n\n".join(_variants(kind) for kind in VARIED)


def list_faults(_: str) -> str:
    """List how a simulator misbehaves, as the comments of the code say."""
    said = re.findall(r'^ +[A-Z_]+ = "(\w+)"  # (.+)$', inspect.getsource(Fault), re.MULTILINE)
    return _table(("fault", "what the venue does"), [(f"`{value}`", what) for value, what in said])


def show_capabilities(_: str) -> str:
    """Lay out the capability tables of the plugins in this tree: first who can what, then how."""
    venues = _own_venues()
    kinds = [kind for kind in Kind if any(kind in table for table in venues.values())]
    return "\n\n".join([_matrix(kind, venues) for kind in kinds] + [_notes(name, venues[name]) for name in venues])


PARTS: Final[Mapping[str, Callable[[str], str]]] = {
    "states": draw_states,
    "code": quote_code,
    "errors": list_errors,
    "refusals": list_refusals,
    "structs": list_structs,
    "hooks": list_hooks,
    "verbs": list_verbs,
    "capabilities": show_capabilities,
    "laws": list_laws,
    "suites": list_suites,
    "conformance": show_conformance,
    "incidents": list_incidents,
    "mutants": list_mutants,
    "variants": list_variants,
    "faults": list_faults,
}
_HOOK: Final = "venuekit_offer_"
_MUTANT: Final = ("mutant", "what is broken", "caught by", "happened")


def _own_names() -> list[str]:
    return sorted(path.parent.name.removeprefix("venuekit_") for path in ROOT.glob("plugins/venuekit_*/venue.toml"))


def _law(law: Law) -> str:
    needs = ", ".join(f"`{need.value}`" for need in law.needs)
    marks = [f"L{law.level}", *([f"needs {needs}"] if needs else []), *(["core"] if law.core else [])]
    happened = "".join(f"\n- <{url}>" for url in law.incidents)
    told = f"\n\nHappened:\n{happened}" if happened else ""
    return f"### {law.id} {law.title}\n\n{'; '.join(marks)}. {law.told}{told}"


def _incident(incident: Incident, named: Mapping[str, Sequence[Law]]) -> tuple[str, str]:
    found = (f"[{law.id}]({law.suite.lower()}.md)" for law in named.get(incident.url, ()))
    return f"[{incident.what}]({incident.url})", incident.reason or ", ".join(found)


def _mutants(kind: ModuleType) -> str:
    rows = [_mutant(each) for each in MUTANTS.values() if each.made_in == kind.__name__]
    return f"## {kind.__name__.rpartition('.')[2].capitalize()}\n\n{kind.__doc__}\n\n{_table(_MUTANT, rows)}"


def _variants(kind: ModuleType) -> str:
    rows = [(f"`{each.name}`", each.differs) for each in VARIANTS.values() if each.made_in == kind.__name__]
    name = kind.__name__.rpartition(".")[2].capitalize()
    return f"## {name}\n\n{kind.__doc__}\n\n{_table(('variant', 'how it differs'), rows)}"


def _mutant(mutant: Mutant) -> tuple[str, ...]:
    seen = f"[seen]({mutant.seen})" if mutant.seen else ""
    return f"`{mutant.name}`", mutant.broken, f"[{mutant.law}]({mutant.law[:2].lower()}.md)", seen


def _conformance_row(report: Report) -> tuple[object, ...]:
    levels = [[each for each in report.outcomes if each.law.level is level] for level in Level]
    held = [f"{sum(each.verdict is Verdict.HELD for each in here)} of {len(here)}" for here in levels]
    made = ", ".join(f"{times} {how}" for how, times in report.provenance.items())
    return (report.venue, name_level(report.level), *held, made or "none")


def _own_venues() -> dict[str, Capabilities]:
    names = _own_names()
    plugins = discover(only=",".join(names))
    return {name: plugins.build(name).capabilities for name in names}


def _matrix(kind: Kind, venues: Mapping[str, Capabilities]) -> str:
    rows = [(f"`{op.value}`", *(_support(table, kind, op) for table in venues.values())) for op in Op]
    return f"## Verbs, {kind.value}\n\n{_table(('verb', *venues), rows)}"


def _support(table: Capabilities, kind: Kind, op: Op) -> str:
    found = table.get(kind, {}).get(op)
    return found.support.value if found is not None else "-"


def _notes(venue: str, table: Capabilities) -> str:
    noted = [(op, each) for verbs in table.values() for op, each in verbs.items() if each.reason]
    rows = [(f"`{op.value}`", each.support.value, _mode(each), each.limit or "", each.reason) for op, each in noted]
    return f"## {venue}\n\n{_table(('verb', 'support', 'mode', 'most a call', 'note'), rows)}"


def _mode(capability: Capability) -> str:
    return f"`{capability.mode.value}`" if capability else ""


def _find(text: str, name: str) -> str:
    lines, body = text.splitlines(), ast.parse(text).body
    for part in name.split("."):
        node = next(each for each in body if part in _names(each))
        body = getattr(node, "body", [])
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    return dedent("\n".join(lines[first - 1 : node.end_lineno]))


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [each.id for each in targets if isinstance(each, ast.Name)]
    return [getattr(node, "name", "")]


def _subclasses(kind: type[Refusal]) -> Iterable[type[Refusal]]:
    return (each for below in kind.__subclasses__() for each in (below, *_subclasses(below)))


def _told(thing: Any) -> str:
    """Give the first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(each) for each in line)} |" for line in lines)


def _cell(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value).replace("|", "\\|")


if __name__ == "__main__":
    for page in list_pages():
        page.write_text(render(page.read_text()))
