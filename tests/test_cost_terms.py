"""Cost terms of plugins, from a real distribution to the routes of previews and orders."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.parts.desks import ScriptedDesk, told
from tests.parts.journal import MemoryJournal
from tests.parts.market import HandMarket
from venuekit.graph.event import Routed, decode_event
from venuekit.graph.payload import parse_graph
from venuekit.lifecycle import OrderState
from venuekit.plugin import GROUP, CostOffer, discover
from venuekit_engine.caller import Caller
from venuekit_engine.engine import Engine
from venuekit_engine.ledger.ledger import Ledger
from venuekit_engine.market.preview import make_preview, read_asked
from venuekit_engine.market.terms import Terms, load_terms
from venuekit_engine.runtime.admission import admit
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.graphs import Graphs
from venuekit_engine.runtime.runtime import Runtime
from venuekit_engine.settings import Settings

ASKED = {"symbol": "BTC-USD", "side": "buy", "qty": 1}
PLUGIN = """
from venuekit.plugin import CostOffer, hookimpl

@hookimpl
def venuekit_offer_costs():
    return [CostOffer("{name}", "stranger_{name}.cost:term")]
"""
TOXIC = "def term(intent, candidate):\n    return 1_000_000 if candidate.venue == 'alpha' else 0\n"
BROKEN = """
def term(intent, candidate):
    if candidate.venue == 'beta':
        raise KeyError('beta')
    return 10**7
"""
FLOAT = "def term(intent, candidate):\n    return 0.5\n"


class Site:
    """A folder of distributions that is on the import path."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def install(self, name: str, cost: str) -> None:
        module = self.path / f"stranger_{name}"
        module.mkdir()
        (module / "__init__.py").write_text(PLUGIN.format(name=name))
        (module / "cost.py").write_text(cost)
        info = self.path / f"stranger_{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: stranger-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = stranger_{name}\n")

    def terms(self) -> Terms:
        found = [point for dist in distributions(path=[str(self.path)]) for point in dist.entry_points]
        return load_terms(discover(sorted(found, key=lambda point: point.name), only="").costs)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Site(tmp_path)
    for name in [name for name in sys.modules if name.startswith("stranger")]:
        del sys.modules[name]


@pytest.fixture
def market() -> HandMarket:
    """Two venues; alpha is a cent cheaper."""
    market = HandMarket()
    market.put([("99.98", "5")], [("100.00", "5")], "alpha")
    market.put([("99.98", "5")], [("100.01", "5")], "beta")
    return market


async def order(market: HandMarket, terms: Terms) -> Routed:
    """Submit an order and give its decision, as it was journalled."""
    journal, desks = MemoryJournal(), {name: ScriptedDesk(name) for name in ("alpha", "beta")}
    for desk in desks.values():
        desk.placing.append(told(OrderState.CANCELLED))
    ledger, now = Ledger(market.hub, play=True), market.clock.now
    graphs = Graphs(market.hub, ledger, journal, now)
    runtime = Runtime(market.hub, Desks(desks.get, None), ledger, graphs, now, terms)
    await runtime.submit(admit(parse_graph(ASKED, client_id="c", graph_id="g", sandbox=True), market.hub), "d")
    await runtime.close()
    decision = decode_event(journal.batches[0].events[1].body)
    assert isinstance(decision, Routed)
    return decision


def best(market: HandMarket, terms: Terms) -> tuple[list[str], dict[str, str]]:
    shown = make_preview(market.hub, "BTC-USD", read_asked(ASKED), market.clock.now(), terms)
    return [leg.venue for leg in shown.legs], shown.excluded


async def test_without_terms_the_better_price_wins(market: HandMarket) -> None:
    decision = await order(market, Terms())
    assert ([leg.venue for leg in decision.legs], decision.left_out) == (["alpha"], {})
    assert best(market, Terms()) == (["alpha"], {})


async def test_a_term_of_a_plugin_moves_orders_and_previews(site: Site, market: HandMarket) -> None:
    site.install("toxicity", TOXIC)
    terms = site.terms()
    assert terms.names == ("toxicity",)
    assert [leg.venue for leg in (await order(market, terms)).legs] == ["beta"]
    assert best(market, terms)[0] == ["beta"]


async def test_a_term_that_fails_for_one_venue_is_left_out_for_all_and_the_decision_says_so(
    site: Site, market: HandMarket
) -> None:
    site.install("broken", BROKEN)
    terms = site.terms()
    decision = await order(market, terms)
    assert ([leg.venue for leg in decision.legs], decision.left_out) == (["alpha"], {"broken": "KeyError: 'beta'"})
    assert best(market, terms) == (["alpha"], {"cost term broken": "KeyError: 'beta'"})


async def test_the_other_terms_still_count(site: Site, market: HandMarket) -> None:
    site.install("broken", BROKEN)
    site.install("toxicity", TOXIC)
    decision = await order(market, site.terms())
    assert ([leg.venue for leg in decision.legs], list(decision.left_out)) == (["beta"], ["broken"])


def test_no_float_gets_into_a_cost(site: Site, market: HandMarket) -> None:
    site.install("float", FLOAT)
    assert best(market, site.terms())[1] == {"cost term float": "expected an integer, found 0.5"}


def test_a_fault_is_logged_once(site: Site, market: HandMarket) -> None:
    site.install("broken", BROKEN)
    terms = site.terms()
    with capture_logs() as logs:
        for _ in range(3):
            best(market, terms)
    assert [entry["term"] for entry in logs if entry["event"] == "cost_term_failed"] == ["broken"]


def test_a_term_that_cannot_be_imported_is_left_out(site: Site) -> None:
    site.install("empty", "")
    site.install("toxicity", TOXIC)
    assert site.terms().names == ("toxicity",)


def test_terms_that_claim_one_id_are_all_refused() -> None:
    offers = [CostOffer("same", "math:isqrt"), CostOffer("same", "math:gcd"), CostOffer("other", "math:lcm")]
    assert load_terms(offers).names == ("other",)


async def test_the_engine_loads_them(site: Site, tmp_path: Path) -> None:
    site.install("toxicity", TOXIC)
    engine = await Engine(Settings(data_dir=tmp_path / "data", market="demo")).start()
    try:
        assert engine.terms.names == ("toxicity",)
        caller = Caller("client_1", "key_1", sandbox=True)
        assert engine.market.preview(caller, ASKED).excluded == {}
    finally:
        await engine.stop()
