"""What must not pass: paper to the venue, secrets to anything that is written, an order to a venue without keys."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.live.exchange import KEY, SECRET, BinanceAtHand
from tests.live.fault import fail, refuse
from tests.live.rig import ALICE, BUY, REST, Rig
from tests.live.twin import Gossip, Sulky, Twin, with_twin
from venuekit.credential import Credentials
from venuekit.run.clock import VirtualClock
from venuekit.units import parse_qty
from venuekit_engine.server.log import PROCESSORS

OTHER = Credentials(api_key="other-key", api_secret="other-secret-that-nobody-may-see")


@pytest.fixture
async def two(
    request: pytest.FixtureRequest, tmp_path: Path, exchange: BinanceAtHand, clock: VirtualClock
) -> AsyncIterator[Rig]:
    """A rig with a second venue."""
    rig = Rig(tmp_path, exchange, clock, with_twin(getattr(request, "param", Twin)))
    await rig.start()
    await rig.until_live("twin")
    yield rig
    await rig.engine.stop()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the process logs, written as the server writes it, tracebacks included."""
    text, before = io.StringIO(), structlog.get_config()
    structlog.configure(processors=list(PROCESSORS), logger_factory=structlog.WriteLoggerFactory(text))
    yield text
    structlog.configure(**before)


async def test_sandbox_orders_of_a_live_key_never_reach_the_venue(rig: Rig) -> None:
    await rig.start()
    paper = await rig.submit({**BUY, "is_sandbox": True})
    resting = await rig.submit({**REST, "is_sandbox": True})
    live = await rig.submit(BUY)
    for graph_id in (paper, live):
        shown = await rig.until_order(graph_id, "COMPLETED")
        assert shown.filled_qty_1e8 == parse_qty("1")
    await rig.engine.trade.cancel_graph(ALICE, resting)
    await rig.until_order(resting, "CANCELLED")
    assert (rig.exchange.submissions, len(rig.exchange.orders), rig.exchange.asked["DELETE order"]) == (1, 1, 0)
    assert [fill.sandbox for fill in await rig.fills()] == [False]
    assert rig.held("BTC") == rig.venue_held("BTC")


async def test_sor_leaves_a_venue_without_keys_out_and_says_why(two: Rig) -> None:
    graph_id = await two.submit(BUY)
    await two.until_order(graph_id, "COMPLETED")
    assert two.exchange.submissions == 1
    assert b'"twin":"AUTH: no credentials"' in two.journal()


async def test_an_order_pinned_to_a_venue_without_keys_is_refused(two: Rig) -> None:
    node = await two.node(await two.submit({**BUY, "venue": "twin"}))
    assert (node.status, node.reason) == ("rejected", "AUTH")
    assert "twin: AUTH, no credentials" in (node.message or "")
    assert two.exchange.submissions == 0


async def test_an_order_pinned_to_a_venue_with_keys_goes_there_alone(two: Rig) -> None:
    graph_id = await two.submit({**BUY, "venue": "binance"})
    await two.until_order(graph_id, "COMPLETED")
    assert {fill.venue for fill in await two.fills()} == {"binance"}


async def test_keys_that_were_disconnected_trade_no_more(rig: Rig) -> None:
    await rig.start()
    await rig.engine.credentials.disconnect(ALICE, "binance")
    node = await rig.node(await rig.submit(BUY))
    assert (node.reason, rig.exchange.submissions) == ("AUTH", 0)


async def test_nothing_that_is_written_holds_a_secret_or_a_signature(log: io.StringIO, rig: Rig) -> None:
    await rig.start()
    for fault in (refuse(-1022, "Signature for this request is not valid."), fail, refuse(-2010, "no")):
        rig.exchange.spoil("POST order", fault)
        rig.exchange.spoil("GET account", fault)
        await rig.submit(REST)
    await rig.exchange.stop()  # errors of the network itself
    await rig.submit(REST)
    await rig.pass_time(15)
    await rig.exchange.start()
    await rig.pass_time(5)
    await rig.engine.store.settled()
    written = log.getvalue().encode() + all_files(rig.home)
    assert len(rig.exchange.signatures) >= 5
    assert b"reconcile_failed" in written
    assert b"account_not_read" in written
    assert_secrets_absent(written, KEY, SECRET, *rig.exchange.signatures)


@pytest.mark.parametrize("two", [Gossip], indirect=True)
async def test_a_plugin_that_quotes_its_keys_is_not_quoted(log: io.StringIO, two: Rig) -> None:
    await two.engine.credentials.connect(ALICE, "twin", OTHER)
    await two.until(lambda: any(two.engine.accounts.health("alice", "twin")))
    await two.submit({**BUY, "venue": "twin"})
    await two.until(lambda: bool(two.engine.runtime.doubts))
    await two.engine.store.settled()
    told = repr(await two.engine.credentials.list(ALICE)) + log.getvalue()
    assert "KeyError in the plugin" in told
    assert "cannot sign with ***" in told
    assert_secrets_absent(told.encode() + all_files(two.home), OTHER.api_secret)


@pytest.mark.parametrize("two", [Sulky], indirect=True)
async def test_keys_that_a_plugin_cannot_use_cost_their_own_venue_only(two: Rig) -> None:
    await two.engine.credentials.connect(ALICE, "twin", OTHER)
    await two.until(lambda: any(two.engine.accounts.health("alice", "twin")))
    rows: dict[str, Any] = {row.venue: row for row in await two.engine.credentials.list(ALICE)}
    assert rows["twin"].error == "the plugin cannot use the keys: ValueError: not a key: ***"
    assert rows["binance"].error is None
    graph_id = await two.submit(BUY)
    await two.until_order(graph_id, "COMPLETED")
    assert (await two.node(await two.submit({**BUY, "venue": "twin"}))).reason == "AUTH"


def all_files(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def assert_secrets_absent(written: bytes, *secrets: str) -> None:
    for secret in secrets:
        assert secret.encode() not in written
