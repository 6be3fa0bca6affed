"""Every incident that we know of is answered: by a law that names it, or by why no adapter could cause it."""

from __future__ import annotations

import pytest

from venuekit_testkit.incidents import INCIDENTS, Incident, laws_by_incident

EVERY = [each for group in INCIDENTS.values() for each in group]


@pytest.mark.parametrize("incident", EVERY, ids=lambda each: each.where)
def test_an_incident_has_a_law_or_a_reason_and_never_both(incident: Incident) -> None:
    named = [law.id for law in laws_by_incident().get(incident.url, ())]
    assert bool(named) is not bool(incident.reason), f"{incident.url}: laws {named}, reason {incident.reason!r}"


def test_an_incident_is_listed_once() -> None:
    assert len({each.url for each in EVERY}) == len(EVERY)


def test_what_laws_name_is_a_thread_that_can_be_read() -> None:
    odd = [url for url in laws_by_incident() if not url.startswith("https://github.com/") or url.count("/") != 6]
    assert not odd
