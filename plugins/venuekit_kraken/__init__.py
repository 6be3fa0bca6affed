"""Kraken, a spot exchange. See README.md for its quirks."""

from __future__ import annotations

from venuekit.plugin import VenueOffer, hookimpl


@hookimpl
def venuekit_offer_venues() -> list[VenueOffer]:
    """Offer Kraken; the venue is imported when first built."""
    return [
        VenueOffer(
            id="kraken", factory="venuekit_kraken.venue:Kraken", name="Kraken", docs="https://docs.kraken.com/api/"
        )
    ]
