"""The cost terms that plugins offer: loaded once, given to every route, left out of a decision where they fail.

Made by the composition root, used by preview and by the runtime. What must stay true: no plugin's fault stops an order,
a term counts for all venues of a decision or for none, and the decision says which were left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar, cast

import structlog

from venuekit.plugin import CostOffer, load
from venuekit.route.cost import CostParams, CostTerm, TermFailed
from venuekit.route.intent import Urgency

log = structlog.get_logger(__name__)
T = TypeVar("T")


class Terms:
    """Named terms, and what is known of their faults."""

    def __init__(self, terms: Iterable[tuple[str, CostTerm]] = ()) -> None:
        self._terms = tuple(terms)
        self._told: set[str] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """The terms in use."""
        return tuple(name for name, _ in self._terms)

    def apply(self, urgency: Urgency, work: Callable[[CostParams], T]) -> tuple[T, Mapping[str, str]]:
        """Route with every term, or again without those that fail; give also why they were left out, by name."""
        terms = self._terms
        left_out: dict[str, str] = {}
        while True:
            try:
                return work(CostParams(urgency=urgency, terms=terms)), left_out
            except TermFailed as fault:
                terms = tuple(each for each in terms if each[0] != fault.name)
                left_out[fault.name] = str(fault)
                self._tell(fault)

    def _tell(self, fault: TermFailed) -> None:
        if fault.name not in self._told:
            self._told.add(fault.name)
            log.error("cost_term_failed", term=fault.name, reason=str(fault), exc_info=fault.__cause__)


def load_terms(offers: Iterable[CostOffer]) -> Terms:
    """Import what plugins offer. One that cannot be imported, and all that claim one id, are left out and logged."""
    offered = list(offers)
    claims = Counter(offer.id for offer in offered)
    for name in (name for name, count in claims.items() if count > 1):
        log.error("cost_term_refused", term=name, reason=f"{claims[name]} plugins claim this id")
    return Terms([each for offer in offered if claims[offer.id] == 1 and (each := _load(offer)) is not None])


def _load(offer: CostOffer) -> tuple[str, CostTerm] | None:
    try:
        return offer.id, cast("CostTerm", load(offer.factory))
    except Exception:
        log.exception("cost_term_refused", term=offer.id, factory=offer.factory)
        return None
