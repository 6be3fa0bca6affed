"""What a client's spelling means, and what is listed."""

from __future__ import annotations

import pytest

from tests.market_stage import make_instrument
from venuekit.instrument import Kind
from venuekit_engine.market.catalog import Catalog
from venuekit_engine.refusal import NotFound


def make_catalog(**listed: list[str]) -> Catalog:
    catalog = Catalog()
    for venue, symbols in listed.items():
        catalog.put(venue, [make_instrument(symbol, venue) for symbol in symbols])
    return catalog


@pytest.mark.parametrize("text", ["BTC-USD", "btc-usd", "btc/usd", " BTC/USD ", "BTCUSD", "btcusd"])
def test_spellings_of_one_symbol_mean_the_same(text: str) -> None:
    assert make_catalog(a=["BTC-USD", "BTC-USDT"]).resolve(text) == "BTC-USD"


def test_an_unknown_symbol_is_refused_with_near_ones() -> None:
    with pytest.raises(NotFound, match=r"unknown symbol 'BTC-UDS'; near are BTC-USD") as caught:
        make_catalog(a=["BTC-USD", "ETH-USD"]).resolve("BTC-UDS")
    assert "ETH-USD" not in caught.value.message


def test_a_short_perpetual_is_found_while_only_one_is_meant() -> None:
    catalog = make_catalog(a=["ETH-USD-PERP", "ETH-USD"])
    assert catalog.resolve("eth-perp") == "ETH-USD-PERP"
    catalog.put("b", [make_instrument("ETH-USDT-PERP", "b", kind=Kind.PERP)])
    with pytest.raises(NotFound, match="ambiguous: ETH-USD-PERP or ETH-USDT-PERP"):
        catalog.resolve("ETH-PERP")
    catalog.put("b", [])
    assert catalog.resolve("eth-perp") == "ETH-USD-PERP"


def test_a_symbol_is_gone_when_its_last_venue_drops_it() -> None:
    catalog = make_catalog(a=["BTC-USD", "ETH-USD"], b=["BTC-USD"])
    catalog.put("a", [make_instrument("ETH-USD", "a")])
    assert list(catalog.listings("BTC-USD")) == ["b"]
    catalog.put("b", [])
    assert "BTC-USD" not in catalog
    with pytest.raises(NotFound):
        catalog.resolve("BTCUSD")


def test_rows_name_the_venues_and_follow_changes() -> None:
    catalog = make_catalog(b=["BTC-USD"], a=["BTC-USD", "ADA-USD"])
    assert [(row.symbol, row.venues, row.type) for row in catalog.rows()] == [
        ("ADA-USD", ["a"], "spot"),
        ("BTC-USD", ["a", "b"], "spot"),
    ]
    catalog.put("a", [])
    assert [(row.symbol, row.venues) for row in catalog.rows()] == [("BTC-USD", ["b"])]


def test_of_two_listings_of_one_symbol_the_one_that_trades_counts() -> None:
    catalog = Catalog()
    trading = make_instrument("BTC-USD", "a")
    catalog.put("a", [trading, make_instrument("BTC-USD", "a", untradable="dark pool")])
    assert catalog.instrument("a", "BTC-USD") == trading


def test_a_known_symbol_is_found_without_looking_at_the_others() -> None:
    class Spy(dict[str, object]):
        walks = 0

        def __iter__(self):  # type: ignore[no-untyped-def]
            Spy.walks += 1
            return super().__iter__()

    catalog = make_catalog(a=[f"C{number}-USD" for number in range(5_000)])
    catalog._symbols = Spy(catalog._symbols)  # type: ignore[assignment]
    assert catalog.resolve("c4999/usd") == "C4999-USD"
    assert catalog.instrument("a", "C17-USD") is not None
    assert Spy.walks == 0
