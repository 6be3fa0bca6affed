"""`sequence simulate`: a venue on this machine with one command, and a clear word where that cannot be."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli_runner import sequence
from venuekit.plugin import Plugins, VenueOffer
from venuekit_testkit.bench.profile import Unusable
from venuekit_testkit.simulate.binance.keys import KEYS
from venuekit_testkit.simulate.registry import list_simulators, make_simulator

PATIENCE_S = 20.0


def test_what_can_be_simulated_is_listed() -> None:
    ended = sequence("simulate", "--list", key=None)
    lines = dict(line.split(maxsplit=1) for line in ended.out.splitlines())
    assert ended.code == 0
    assert lines["binance"] == "venuekit_testkit.simulate.binance.face:BinanceSimulator"
    assert lines["reference"].endswith(":ReferenceSimulator")
    assert sequence("simulate", key=None).out == ended.out, "without a venue it lists too"


def test_a_venue_of_no_plugin_is_said() -> None:
    ended = sequence("simulate", "nosuch", key=None)
    assert (ended.code, ended.out) == (2, "")
    assert "no plugin here offers the venue 'nosuch'; there are simulators of: binance" in ended.err


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        ('suite = 1\n[trade]\nsymbol = "A-B"\n', "acme has no simulator: acme_plugin/conformance.toml names none"),
        ("suite = 99\n[trade]\nsymbol = 'A-B'\n", "acme cannot be simulated: "),
        (None, "acme cannot be simulated: acme_plugin has no conformance.toml"),
    ],
)
def test_a_plugin_without_a_simulator_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str | None, says: str
) -> None:
    package = tmp_path / "acme_plugin"
    package.mkdir()
    (package / "__init__.py").touch()
    if profile is not None:
        (package / "conformance.toml").write_text(profile)
    monkeypatch.syspath_prepend(tmp_path)
    plugins = Plugins({"acme": VenueOffer(id="acme", factory="acme_plugin.venue:Acme")}, {})
    assert [each.venue for each in list_simulators(plugins) if each.simulator] == ["reference"]
    with pytest.raises(Unusable, match=re.escape(says)):
        make_simulator("acme", plugins)


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = sequence("simulate", "binance", "--port", str(port), key=None)
    assert ended.code == 2
    assert f"cannot listen on port {port}" in ended.err
    assert "choose another with --port" in ended.err


def test_a_client_is_told_all_that_it_needs(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    command = [
        sys.executable,
        "-m",
        "venuekit_sdk.cli",
        "simulate",
        "binance",
        "--port",
        "0",
        "--ready-file",
        str(ready),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        first = running.stdout.readline()
        told: Any = json.loads(ready.read_text())
        try:
            answer = httpx.get(f"{told['urls']['rest']}/api/v3/ping", timeout=PATIENCE_S)
        finally:
            running.send_signal(signal.SIGTERM)
            out, err = running.stdout.read(), running.stderr.read()
            running.wait(PATIENCE_S)
    assert answer.json() == {}
    assert (running.returncode, err) == (0, "")
    assert told["http"] in first
    assert (told["keys"], told["more_keys"]) == (KEYS["HMAC"], KEYS)
    assert KEYS["HMAC"]["api_key"] in out
    assert f"--venue-url binance.rest={told['urls']['rest']}" in out
    assert "/_simulator/faults" in out


def test_a_place_that_is_none_is_refused_before_anything_starts() -> None:
    ended = sequence("serve", "--venue-url", "binance=http://127.0.0.1:1", key=None)
    assert ended.code == 2
    assert "VENUE.NAME=URL" in ended.err
