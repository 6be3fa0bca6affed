"""Coinbase Advanced Trade, a spot exchange. See README.md for its quirks."""

from __future__ import annotations

from venuekit.plugin import VenueOffer, hookimpl

DOCS = "https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/overview"


@hookimpl
def venuekit_offer_venues() -> list[VenueOffer]:
    """Offer Coinbase; the venue is imported when first built."""
    return [VenueOffer(id="coinbase", factory="venuekit_coinbase.venue:Coinbase", name="Coinbase Advanced", docs=DOCS)]
