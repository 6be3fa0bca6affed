"""What the engine answers: the public JSON shapes of the Sequence API.

`_1e9` is money or a price × 10⁹, `_1e8` a quantity × 10⁸, `_ns` Unix nanoseconds; names without a suffix are floats for
people, never computed with. Source: the public API documents, as gathered in the project's specification.
"""

from __future__ import annotations

from venuekit_engine.answer.key import ApiKey, ApiKeys
from venuekit_engine.answer.order import EdgeStatus, FillRow, Fills, GraphStatus, NodeStatus, Order, Orders, Submission
from venuekit_engine.answer.platform import Account, ConnectedVenue, EdgeRow, Edges
from venuekit_engine.answer.position import POSITION_KINDS, Positions, PositionView, Totals
from venuekit_engine.answer.preview import NbboPx, Preview, PreviewLeg
from venuekit_engine.answer.quote import BookLevel, MergedBook, Nbbo, Quote, QuoteFault, Quotes, QuotesBatch, VenueQuote
from venuekit_engine.answer.symbol import FeeRow, Fees, SymbolRow

__all__ = [
    "POSITION_KINDS",
    "Account",
    "ApiKey",
    "ApiKeys",
    "BookLevel",
    "ConnectedVenue",
    "EdgeRow",
    "EdgeStatus",
    "Edges",
    "FeeRow",
    "Fees",
    "FillRow",
    "Fills",
    "GraphStatus",
    "MergedBook",
    "Nbbo",
    "NbboPx",
    "NodeStatus",
    "Order",
    "Orders",
    "PositionView",
    "Positions",
    "Preview",
    "PreviewLeg",
    "Quote",
    "QuoteFault",
    "Quotes",
    "QuotesBatch",
    "Submission",
    "SymbolRow",
    "Totals",
    "VenueQuote",
]
