"""Acme, a made-up exchange: the smallest plugin of its own."""

from venuekit.plugin import VenueOffer, hookimpl


@hookimpl
def venuekit_offer_venues() -> list[VenueOffer]:
    """Offer Acme; its module is imported when the venue is first built."""
    return [VenueOffer(id="acme", factory="venuekit_acme.venue:Acme", name="Acme")]
