"""Instruments: what only their venue's plugin reads, and nonsense that is refused."""

from __future__ import annotations

import pytest

from venuekit_testkit.spot import make_spot


def test_what_a_venue_tells_besides_is_kept_by_its_name() -> None:
    instrument = make_spot("acme", "BTC-USD", "btcusd", particulars=(("asset", "5"), ("shard", "2")))
    assert instrument.particular("asset") == "5"
    with pytest.raises(KeyError):
        instrument.particular("colour")


def test_an_instrument_can_be_a_key() -> None:
    instrument = make_spot("acme", "BTC-USD", "btcusd", particulars=(("asset", "5"),))
    assert {instrument: 1}[make_spot("acme", "BTC-USD", "btcusd", particulars=(("asset", "5"),))] == 1


def test_steps_of_zero_are_for_what_cannot_be_traded() -> None:
    with pytest.raises(ValueError, match="must be > 0"):
        make_spot("acme", "BTC-USD", "btcusd", tick="0")
    assert make_spot("acme", "BTC-USD", "btcusd", tick="0", untradable="no step").tick == 0
