"""What the laws of identity, security and signing look with: each finds what it is there to find."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest

import venuekit_testkit.reference
from venuekit.credential import Credentials
from venuekit.units import Nanos
from venuekit.wire import Request
from venuekit_testkit.bench.importing import find_effects, watch_import
from venuekit_testkit.bench.leak import Secrets, proofs_of, tell_all, walk
from venuekit_testkit.bench.manifest import read_manifest, read_rules
from venuekit_testkit.bench.vectors import read_vectors
from venuekit_testkit.bench.world import SimulatedWorld
from venuekit_testkit.law import laws
from venuekit_testkit.quality import RULES, find_untrue, is_answer
from venuekit_testkit.reference.subject import make_reference
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.reference.denials import denial
from venuekit_testkit.simulate.reference.face import ReferenceSimulator
from venuekit_testkit.verdict.run import run_suite
from venuekit_testkit.verdict.verdict import Verdict

PEM: Final = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0IHBhcnQgb25l\nc2VjcmV0IHBhcnQgdHdv\n-----END PRIVATE KEY-----"
MANIFEST: Final = """
id = "odd"
name = "Odd"
kind = ["spot"]
docs = "https://odd.example"
owners = ["@odd"]
hosts = ["api.odd.example"]
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder of a package `venuekit_odd` that can be imported, here and in a process of its own."""
    folder = tmp_path / "venuekit_odd"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "venue.py").write_text("")
    (folder / "venue.toml").write_text(MANIFEST)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    watch_import.cache_clear()
    find_effects.cache_clear()
    importlib.invalidate_caches()
    yield folder
    for name in [name for name in sys.modules if name.startswith("venuekit_odd")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("import time; time.time()", "the clock read"),
        ("import random; random.random()", "a random number drawn"),
        ("import os; os.getenv('HOME')", "the machine asked"),
        ("import socket; socket.socket().close()", "socket.__new__"),
        ("open('/dev/null', 'w').close()", "a file written"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("x = 1", ""),
    ],
)
def test_what_an_import_does_is_heard(package: Path, line: str, told: str) -> None:
    (package / "venue.py").write_text(line)
    assert told in watch_import("venuekit_odd", "venuekit_odd.venue")
    assert bool(told) is bool(watch_import("venuekit_odd", "venuekit_odd.venue"))


def test_an_offer_that_imports_its_venue_is_heard(package: Path) -> None:
    (package / "__init__.py").write_text("import venuekit_odd.venue")
    assert "imported by its offer" in watch_import("venuekit_odd", "venuekit_odd.venue")


def test_a_package_that_cannot_be_imported_is_told_by_its_error(package: Path) -> None:
    (package / "venue.py").write_text("import no_such_thing")
    with pytest.raises(AssertionError, match="No module named 'no_such_thing'"):
        watch_import("venuekit_odd", "venuekit_odd.venue")


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "from urllib.request import urlopen",
        "import os.path",
        "print('here')",
        "from datetime import datetime\nat = datetime.now()",
        "import datetime\nat = datetime.date.today()",
    ],
)
def test_code_that_acts_by_itself_is_found(package: Path, line: str) -> None:
    (package / "feed.py").write_text(line)
    assert any(found.startswith("feed.py:") for found in find_effects("venuekit_odd"))


def test_tests_of_a_plugin_may_do_as_they_like(package: Path) -> None:
    (package / "tests").mkdir()
    (package / "tests" / "test_odd.py").write_text("import time")
    (package / "feed.py").write_text("from datetime import datetime\nat = datetime(2026, 1, 1)")
    assert find_effects("venuekit_odd") == ()


def test_a_private_key_is_found_by_the_line() -> None:
    secrets = Secrets(Credentials(api_key="key-of-an-account", api_secret=PEM, extra={"wallet": "0x1234567890"}))
    assert secrets.find("…c2VjcmV0IHBhcnQgdHdv…") == "the secret"
    assert secrets.find("wallet 0x1234567890") == "an extra key"
    assert secrets.find("key-of-an-account") == "the API key"
    assert secrets.find("key-of-an-account", key=False) == ""
    assert secrets.find("-----BEGIN PRIVATE KEY-----") == ""


def test_signatures_are_known_by_their_names() -> None:
    request = Request(
        method="GET",
        url="https://api.odd.example/x",
        query="symbol=BTC-USD-LONG&signature=0123456789abcdef",
        headers=(("ODD-ACCESS-SIGN", "fedcba9876543210"), ("content-type", "application/json")),
    )
    assert sorted(proofs_of(request)) == ["0123456789abcdef", "fedcba9876543210"]


def test_all_that_an_error_came_from_is_told() -> None:
    error = LookupError("the rest")
    error.__cause__ = ValueError("the secret part")
    assert all(part in tell_all(error) for part in ("the secret part", "the rest"))


def test_an_error_that_came_from_itself_is_told_once() -> None:
    error = LookupError("the rest")
    error.__cause__ = error
    assert "the rest" in tell_all(error)


def test_parts_of_a_venue_are_looked_at_too() -> None:
    venue = ReferenceVenue(Credentials(api_key="a-key", api_secret="a-secret"))
    assert {"ReferenceVenue", "Caller", "ReferenceSigner"} <= {type(part).__name__ for part in walk(venue)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id =", "cannot be read"),
        ('id = "odd"', "missing required field"),
        (MANIFEST + 'colour = "red"', "unknown field `colour`"),
        (MANIFEST.replace('["spot"]', '"spot"'), "Expected `array`, got `str`"),
    ],
)
def test_a_broken_manifest_is_told_in_one_sentence(package: Path, text: str, told: str) -> None:
    (package / "venue.toml").write_text(text)
    with pytest.raises(AssertionError, match=r"venuekit_odd/venue\.toml") as caught:
        read_manifest("venuekit_odd")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_told_with_where_to_put_it(package: Path) -> None:
    with pytest.raises(AssertionError, match=r"no quality.toml: add one beside its __init__.py"):
        read_rules("venuekit_odd")


@pytest.mark.parametrize("answer", ["yes", "", 1, {}, {"exempt": " "}, {"exempt": "why", "more": 1}, {"why": "x"}])
def test_an_answer_that_is_none_is_not_taken(answer: object) -> None:
    assert not is_answer(answer)


def test_a_claim_that_is_not_so_is_found(package: Path) -> None:
    venue = ReferenceVenue()
    wrong = find_untrue(dict.fromkeys(RULES, "done"), venue, package)
    assert wrong == ["signer-matches-vectors says done and is todo"]
    assert "redeem says exempt and is done" in find_untrue(
        {**dict.fromkeys(RULES, "done"), "redeem": {}}, venue, package
    )


def test_a_vector_that_is_not_met_is_told_by_its_part(package: Path) -> None:
    told = read_vectors("venuekit_testkit.reference")
    assert told is not None
    [case, *_] = told.cases
    assert case.differs(Request(method="POST", url="x", body=b"{}")).startswith("the headers is {}")
    assert "secret" not in repr(case)
    (package / "vectors.json").write_text(json.dumps({"signer": 1}))
    with pytest.raises(AssertionError, match=r"venuekit_odd/vectors.json"):
        read_vectors("venuekit_odd")


@pytest.fixture
def told(package: Path) -> Path:
    """Let the package say what the reference adapter says of itself."""
    own = Path(venuekit_testkit.reference.__file__).parent
    for name in ("venue.toml", "quality.toml", "vectors.json", "__init__.py"):
        (package / name).write_text((own / name).read_text())
    return package


BROKEN: Final = [
    ("ID-100", "venue.toml", "owners = [", "owners = [] #"),
    ("ID-110", "venue.toml", 'id = "reference"', 'id = "another"'),
    ("ID-120", "__init__.py", "@hookimpl\ndef", "@hookimpl\nasync def"),
    ("ID-120", "__init__.py", "@hookimpl\n", ""),
    ("ID-120", "__init__.py", 'id="reference"', 'id="another"'),
    ("ID-130", "__init__.py", "venue:ReferenceVenue", "venue:NoSuchVenue"),
    ("ID-150", "__init__.py", "reference.venue:ReferenceVenue", "reference.subject:dict"),
    ("ID-160", "venue.toml", "api.reference.example", "api.reference.example:443"),
    ("ID-170", "venue.toml", '"prediction", ', ""),
    ("ID-260", "quality.toml", 'redeem = "done"', ""),
    ("ID-260", "quality.toml", 'redeem = "done"', 'redeem = "almost"'),
    ("ID-270", "quality.toml", 'redeem = "done"', 'redeem = "todo"'),
    ("SE-200", "__init__.py", "from venuekit", "open('/dev/null', 'w').close()\nfrom venuekit"),
    ("SE-210", "__init__.py", "from venuekit", "import time\nfrom venuekit"),
    ("SG-160", "vectors.json", '"x-sign": "', '"x-sign": "0'),
]


def broken_by(law: str, package: Path) -> str:
    subject = msgspec.structs.replace(make_reference(), package=package.name)
    [outcome] = run_suite(subject, only=[law])
    return outcome.why if outcome.verdict is Verdict.BROKE else ""


@pytest.mark.parametrize("law", sorted({law for law, *_ in BROKEN} - {"ID-150"}))
def test_a_law_of_files_holds_for_files_that_are_right(told: Path, law: str) -> None:
    assert broken_by(law, told) == ""


@pytest.mark.parametrize(("law", "file", "right", "wrong"), BROKEN)
def test_a_law_of_files_sees_one_that_is_wrong(told: Path, law: str, file: str, right: str, wrong: str) -> None:
    text = (told / file).read_text()
    assert right in text
    (told / file).write_text(text.replace(right, wrong, 1))
    assert broken_by(law, told)


class LetsEveryoneIn(ReferenceSimulator):
    """Asks nobody who he is."""

    def __init__(self) -> None:
        super().__init__()
        self.doorkeeper.admit = lambda call: None  # type: ignore[method-assign]


class RefusesClocksOddly(ReferenceSimulator):
    """Calls a request of another time badly written."""

    def answer(self, call: Call, now: Nanos) -> Reply:
        return denial("bad_request") if self.skew_ns else super().answer(call, now)


@pytest.mark.parametrize(
    ("law", "face"), [("SG-110", LetsEveryoneIn), ("SG-120", LetsEveryoneIn), ("SG-130", RefusesClocksOddly)]
)
def test_a_venue_that_proves_nothing_is_seen(law: str, face: type[ReferenceSimulator]) -> None:
    subject = msgspec.structs.replace(make_reference(), make_world=lambda: SimulatedWorld(face()))
    [outcome] = run_suite(subject, only=[law])
    assert outcome.verdict is Verdict.BROKE


def test_the_reference_adapter_keeps_every_law_that_is_not_of_an_order_alone() -> None:
    outcomes = run_suite(make_reference(), only=["ID", "SE", "IN", "SG", "MD", "RL", "ST"])
    assert {each.law.id: each.why for each in outcomes if each.verdict is not Verdict.HELD} == {}
    assert len(outcomes) > 80
    assert {each.law.id for each in outcomes} <= set(laws())
