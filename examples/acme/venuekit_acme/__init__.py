"""Acme, a made-up spot exchange. See README.md."""

from venuekit.plugin import VenueOffer, hookimpl

DOCS = "https://docs.acme.example"


@hookimpl
def venuekit_offer_venues() -> list[VenueOffer]:
    """Offer Acme; its module is imported when the venue is first built."""
    return [VenueOffer(id="acme", factory="venuekit_acme.venue:Acme", name="Acme", docs=DOCS)]
