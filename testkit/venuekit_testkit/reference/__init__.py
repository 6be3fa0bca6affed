"""The reference venue's plugin: the one that every law of the suite must hold for, and that the mutants break.

It is no entry point: the venue is made up. Read it as an example of a plugin; the protocol is told in
docs/conformance/reference-protocol.md.
"""

from venuekit.plugin import VenueOffer, hookimpl


@hookimpl
def venuekit_offer_venues() -> list[VenueOffer]:
    """Offer the reference venue; its module is imported when it is first built."""
    return [VenueOffer(id="reference", factory="venuekit_testkit.reference.venue:ReferenceVenue", name="Reference")]
