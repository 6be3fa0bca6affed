"""The reference adapter as something to try: what laws are developed on, and what mutants take the place of.

Used by the mutants and by tests of the kit.
"""

from __future__ import annotations

from venuekit_testkit.bench.bench import Build
from venuekit_testkit.bench.build import Subject, make_subject
from venuekit_testkit.reference.venue import ReferenceVenue

PACKAGE = "venuekit_testkit.reference"


def make_reference(build: Build = ReferenceVenue) -> Subject:
    """Make the subject, of the reference adapter or of another one for the same venue. Raises: Unusable."""
    return make_subject("reference", PACKAGE, build)
