"""Binance, a spot exchange. See README.md for its quirks."""

from venuekit.plugin import VenueOffer, hookimpl


@hookimpl
def venuekit_offer_venues() -> list[VenueOffer]:
    """Offer Binance spot; its module is imported when the venue is first built."""
    return [
        VenueOffer(
            id="binance",
            factory="venuekit_binance.venue:Binance",
            name="Binance",
            docs="https://developers.binance.com/docs/binance-spot-api-docs",
        )
    ]
