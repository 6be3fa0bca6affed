"""Variants: adapters that differ from the reference as real venues differ, to prove that no law raises a false alarm.

`python -m venuekit_testkit.variants` tries each against every law.
"""

from venuekit_testkit.variants import answers, books, flags, kinds, limits, verbs, wires
from venuekit_testkit.variants.variant import VARIANTS, Variant

__all__ = ["VARIANTS", "Variant"]
KINDS = (verbs, flags, answers, wires, books, limits, kinds)  # in the order of the docs
