"""How plugins offer what they have, and how we find them.

Hooks are synchronous and only return offers. One broken plugin never stops the others; two distributions that claim
one id are both refused, by name and version, because software that holds keys does not guess.
"""

from __future__ import annotations

import importlib
import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import msgspec
import pluggy

from venuekit.credential import Credentials

if TYPE_CHECKING:
    from venuekit.venue import Venue

PROJECT: Final = "venuekit"
GROUP: Final = "venuekit.venues"
ONLY: Final = "VENUEKIT_PLUGINS"  # environment: a comma list that restricts loading

Offer = TypeVar("Offer")

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class VenueOffer(msgspec.Struct, frozen=True):
    """One venue. `factory` is "module:callable", imported when the venue is first built.

    The callable takes `credentials` (or None) and `hosts`, a mapping of names to base URLs that replaces the
    plugin's own, and gives a `Venue`.
    """

    id: str
    factory: str
    name: str = ""
    docs: str = ""


class CostOffer(msgspec.Struct, frozen=True):
    """One more term of the router's cost. `factory` names the term itself, "module:callable", imported at the start.

    It takes the intent and a candidate (`venuekit.route`) and gives an integer, × 10⁻⁸ of the price: pure, and the same
    for all levels of a venue. One that raises is left out of that decision, which says so.
    """

    id: str
    factory: str


class RiskOffer(msgspec.Struct, frozen=True):
    """One more risk rule, "module:callable"."""

    id: str
    factory: str


class PolicyOffer(msgspec.Struct, frozen=True):
    """One more execution policy, "module:callable"."""

    id: str
    factory: str


class CommandOffer(msgspec.Struct, frozen=True):
    """One more command of the CLI: "module:typer_app"."""

    name: str
    factory: str


class Hooks:
    """What a plugin may offer. Each hook returns a list and does no I/O."""

    @hookspec
    def venuekit_offer_venues(self) -> list[VenueOffer]:
        """Offer venues."""
        return []

    @hookspec
    def venuekit_offer_costs(self) -> list[CostOffer]:
        """Offer cost terms for the router."""
        return []

    @hookspec
    def venuekit_offer_risks(self) -> list[RiskOffer]:
        """Offer risk rules."""
        return []

    @hookspec
    def venuekit_offer_policies(self) -> list[PolicyOffer]:
        """Offer execution policies."""
        return []

    @hookspec
    def venuekit_offer_commands(self) -> list[CommandOffer]:
        """Offer commands of the CLI."""
        return []


class Refusal(msgspec.Struct, frozen=True):
    """A plugin that was not loaded, and why, in words that say what to do."""

    id: str
    plugin: str
    reason: str


class Plugins(msgspec.Struct, frozen=True):
    """What discovery found: venues by id with the distribution they came from, other offers, and what was refused."""

    venues: Mapping[str, VenueOffer]
    sources: Mapping[str, str]
    costs: Sequence[CostOffer] = ()
    risks: Sequence[RiskOffer] = ()
    policies: Sequence[PolicyOffer] = ()
    commands: Sequence[CommandOffer] = ()
    refused: Sequence[Refusal] = ()

    def build(
        self, venue: str, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None
    ) -> Venue:
        """Import and make one venue. Raises: LookupError with what there is, for an id that no plugin offers."""
        offer = self.venues.get(venue)
        if offer is None:
            raise LookupError(
                f"no plugin offers the venue {venue!r}; there are: {', '.join(sorted(self.venues)) or 'none'}"
            )
        return cast("Venue", load(offer.factory)(credentials=credentials, hosts=hosts))


def discover(points: Iterable[EntryPoint] | None = None, only: str | None = None) -> Plugins:
    """Find the plugins installed here.

    `only` is a comma list of ids that restricts loading; without it the environment's VENUEKIT_PLUGINS does.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    refused: list[Refusal] = []
    modules: dict[str, str] = {}
    for point in _choose(points, only):
        _register(manager, point, modules, refused)
    hooks = manager.hook

    def collect(hook: pluggy.HookCaller, kind: type[Offer]) -> list[tuple[Offer, str]]:
        return _collect(hook, kind, modules, refused)

    venues, sources = _take_venues(collect(hooks.venuekit_offer_venues, VenueOffer), refused)
    return Plugins(
        venues=venues,
        sources=sources,
        costs=[offer for offer, _ in collect(hooks.venuekit_offer_costs, CostOffer)],
        risks=[offer for offer, _ in collect(hooks.venuekit_offer_risks, RiskOffer)],
        policies=[offer for offer, _ in collect(hooks.venuekit_offer_policies, PolicyOffer)],
        commands=[offer for offer, _ in collect(hooks.venuekit_offer_commands, CommandOffer)],
        refused=refused,
    )


def _choose(points: Iterable[EntryPoint] | None, only: str | None) -> list[EntryPoint]:
    found = entry_points(group=GROUP) if points is None else points
    named = os.environ.get(ONLY, "") if only is None else only
    wanted = {name for name in named.split(",") if name}
    return [point for point in found if not wanted or point.name in wanted]


def load(path: str) -> Callable[..., Any]:
    """Import what a "module:name" path names."""
    module, _, name = path.partition(":")
    return cast("Callable[..., Any]", getattr(importlib.import_module(module), name))


def _register(
    manager: pluggy.PluginManager, point: EntryPoint, modules: dict[str, str], refused: list[Refusal]
) -> None:
    source = _source(point)
    key = f"{point.name} from {source}"
    try:
        manager.register(point.load(), name=key)
        manager.check_pending()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's import raises, the others load
        if manager.has_plugin(key):
            manager.unregister(name=key)
        refused.append(Refusal(point.name, source, f"{type(error).__name__}: {error}"))
        return
    modules[key] = source


def _collect(
    hook: pluggy.HookCaller, kind: type[Offer], modules: Mapping[str, str], refused: list[Refusal]
) -> list[tuple[Offer, str]]:
    """List what plugins offer, each with its distribution; all or nothing of one plugin."""
    offers: list[tuple[Offer, str]] = []
    for impl in hook.get_hookimpls():
        source = modules.get(impl.plugin_name, "?")
        try:
            offers += [(_require(each, kind), source) for each in _call(impl)]
        except Exception as error:  # noqa: BLE001 - as above: one plugin's fault is its own
            name = impl.plugin_name.partition(" from ")[0]
            refused.append(Refusal(name, source, f"{type(error).__name__}: {error}"))
    return offers


def _call(impl: pluggy.HookImpl) -> list[object]:
    """Call a hook. Raises: TypeError for one that is async, which only gives a promise of offers."""
    if inspect.iscoroutinefunction(impl.function) or inspect.isasyncgenfunction(impl.function):
        raise TypeError(f"its hook {impl.function.__name__} is async: write it with def, it only returns offers")
    return cast("list[object]", impl.function())


def _require(offer: object, kind: type[Offer]) -> Offer:
    if not isinstance(offer, kind):
        raise TypeError(f"expected {kind.__name__}, found {offer!r}")
    return offer


def _take_venues(
    offered: Iterable[tuple[VenueOffer, str]], refused: list[Refusal]
) -> tuple[dict[str, VenueOffer], dict[str, str]]:
    claims: dict[str, list[tuple[VenueOffer, str]]] = {}
    for offer, source in offered:
        claims.setdefault(offer.id, []).append((offer, source))
    venues: dict[str, VenueOffer] = {}
    sources: dict[str, str] = {}
    for name, offers in sorted(claims.items()):
        if len(offers) > 1:
            who = " and ".join(source for _, source in offers)
            refused += [
                Refusal(name, source, f"{who} both claim the venue {name!r}; uninstall one") for _, source in offers
            ]
        else:
            venues[name], sources[name] = offers[0]
    return venues, sources


def _source(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value
