"""A venue on this machine and an engine that trades there, each a process, wired as `sequence simulate` says."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.serving import PATIENCE_S, Server, serving, until
from venuekit_sdk.client import Sequence

D = Decimal


@contextlib.contextmanager
def simulated(home: Path) -> Iterator[Any]:
    """Simulate Binance for the time of a block; give what the ready file tells."""
    ready = home / "simulator.json"
    words = ["simulate", "binance", "--port", "0", "--ready-file", str(ready)]
    with subprocess.Popen([sys.executable, "-m", "venuekit_sdk.cli", *words], stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.readline()  # it is announced after the file was written
        try:
            yield json.loads(ready.read_text())
        finally:
            running.terminate()
            running.communicate(timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with simulated(tmp_path_factory.mktemp("simulate")) as told:
        yield told


@pytest.fixture(scope="module")
def engine(venue: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    urls = [f"--venue-url=binance.{name}={url}" for name, url in venue["urls"].items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VENUEKIT_PLUGINS", "binance")
        home = tmp_path_factory.mktemp("engine")
        with serving(home, "--market", "live", "--symbols", "BTC-USDT", *urls) as running:
            yield running


@pytest.fixture
def seq(venue: Any, engine: Server) -> Iterator[Sequence]:
    with Sequence(engine.live_key, engine.url) as seq:
        seq.connect_venue("binance", **venue["keys"])
        until(lambda: seq.positions().positions, lambda held: any(row.name == "BTC" for row in held))
        until(lambda: seq.quote("BTC-USDT").nbbo.bid, lambda bid: bid > 0)
        yield seq


def state(venue: Any) -> Any:
    return httpx.get(f"{venue['http']}/_simulator/state").json()


def pull(venue: Any, name: str, **told: Any) -> None:
    httpx.post(f"{venue['http']}/_simulator/{name}", json=told).raise_for_status()


def test_an_order_reaches_the_simulated_venue_and_its_fill_comes_back(venue: Any, seq: Sequence) -> None:
    done = seq.wait(seq.buy("BTC-USDT", "0.01").graph_id, PATIENCE_S)
    assert done.status == "completed"
    told = state(venue)
    assert [(order["status"], order["filled"]) for order in told["orders"]] == [("filled", "0.01")]
    (fill,) = seq.fills().fills
    assert (fill.venue, fill.qty, fill.px) == ("binance", D("0.01"), D("64000.05"))


def test_an_answer_that_the_simulator_swallows_costs_nothing(venue: Any, seq: Sequence) -> None:
    before = len(state(venue)["orders"])
    pull(venue, "faults", fault="drop_ack", on="submit")
    graph_id = seq.buy("BTC-USDT", "0.01", limit_price="60000").graph_id
    (order,) = until(lambda: state(venue)["orders"][before:], bool)
    pull(venue, "fill", order_id=order["order_id"])
    assert seq.wait(graph_id, PATIENCE_S).status == "completed"
    assert len(state(venue)["orders"]) == before + 1, "it was sent once"
