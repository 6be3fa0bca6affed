"""Kalshi, a prediction market. See README.md for its quirks."""

from venuekit.plugin import VenueOffer, hookimpl


@hookimpl
def venuekit_offer_venues() -> list[VenueOffer]:
    """Offer Kalshi's event contracts; the module is imported when the venue is first built."""
    return [
        VenueOffer(
            id="kalshi",
            factory="venuekit_kalshi.venue:Kalshi",
            name="Kalshi",
            docs="https://docs.kalshi.com",
        )
    ]
