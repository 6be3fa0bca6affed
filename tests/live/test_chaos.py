"""Whole nights of everything going wrong at once, after which every order and every cent must agree with the venue.

More nights: `make soak NIGHTS=1:1000`. A seed that fails is one to keep here.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator

import pytest
import structlog

from tests.live.chaos import Chaos
from tests.live.exchange import KEY, SECRET
from tests.live.proof import ASSETS, prove, wait_quiet
from tests.live.rig import Rig
from venuekit_engine.server.log import PROCESSORS

THROWS = 60
FIRST, LAST = (int(part) for part in os.environ.get("VENUEKIT_CHAOS", "1:4").split(":"))


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the process logs, written as the server writes it, tracebacks included."""
    text, before = io.StringIO(), structlog.get_config()
    structlog.configure(processors=list(PROCESSORS), logger_factory=structlog.WriteLoggerFactory(text))
    yield text
    structlog.configure(**before)


@pytest.mark.parametrize("seed", range(FIRST, LAST + 1))
async def test_after_a_night_of_everything_going_wrong_all_agrees_with_the_venue(
    seed: int, rig: Rig, log: io.StringIO
) -> None:
    rig.exchange.venue.private_on = True
    await rig.start()
    before = {asset: rig.exchange.account.assets[asset].total for asset in ASSETS}
    night = Chaos(rig, seed)
    await night.play(THROWS)
    await night.calm()
    await wait_quiet(rig)
    await prove(night, before)
    assert night.posts, "a night in which nothing was sent proves nothing"
    written = log.getvalue().encode() + rig.journal()
    for secret in (KEY, SECRET, *rig.exchange.signatures):
        assert secret.encode() not in written
    assert "task_failed" not in log.getvalue()
    assert "account_stream_failed" not in log.getvalue()
