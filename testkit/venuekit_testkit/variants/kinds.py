"""Variants of what is traded: another kind of market stands first."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from venuekit.instrument import Kind
from venuekit_testkit.mutants.mutant import Edit
from venuekit_testkit.reference.capability import CAPABILITIES, FEATURES
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.simulate.exchange.account import Account
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.exchange.funds import Funds
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.reference.face import ReferenceSimulator
from venuekit_testkit.simulate.reference.listing import RATES
from venuekit_testkit.variants.variant import Variant, enter, variant

SPOT_PAIR: Final = "BTC-USD"
NEVER: Final = '(Op.REDEEM, Op.SETTLEMENTS), Capability(Support.ABSENT, "it never ends")'
OTHER: Final = "\n    Kind.PREDICTION: _EVENT,"
ALL: Final = "dict.fromkeys(Feature, NATIVE)"
PERP: Final = (
    Edit("venue.toml", '"prediction", "spot"', '"perp", "prediction"'),
    Edit("parse.py", "Kind.SPOT", "Kind.PERP"),
    Edit("parse.py", "symbol=canonical_symbol(market.symbol),", "symbol=name_market(market.symbol, kind),"),
    Edit(
        "parse.py",
        "def _grid(",
        'def name_market(symbol: str, kind: Kind) -> str:\n    """Name a market: a contract says that it is one."""\n'
        '    return f"{symbol}-PERP" if kind is Kind.PERP else canonical_symbol(symbol)\n\n\ndef _grid(',
    ),
    Edit("capability.py", "    Kind.PREDICTION: _EVENT,\n    Kind.SPOT:", "    Kind.PERP:"),
    Edit("capability.py", "(Op.REDEEM, Op.POSITIONS, Op.SETTLEMENTS), _CONTRACTS)},", f"{NEVER})}},{OTHER}"),
    Edit("capability.py", f"    Kind.PREDICTION: {ALL},\n", f"    Kind.PERP: {ALL},\n    Kind.PREDICTION: {ALL},\n"),
    Edit("capability.py", f"    Kind.SPOT: {{**{ALL}, Feature.REDUCE_ONLY: _CONTRACTS}},\n", ""),
)


@variant(symbol=SPOT_PAIR, edits=(Edit("venue.toml", '"prediction", "spot"', '"spot", "prediction"'),))
class SpotFirst(ReferenceVenue):
    """The venue is one of spot: balances and no positions, fees in what is bought, and nothing to redeem."""

    capabilities = {kind: CAPABILITIES[kind] for kind in (Kind.SPOT, Kind.PREDICTION)}
    features = {kind: FEATURES[kind] for kind in (Kind.SPOT, Kind.PREDICTION)}


class PerpFunds(Funds):
    """Contracts of one of the base, paid for in the quote: an order locks its whole worth, and each trade is settled.

    Buying takes the price from the account and selling gives it, so that money and position together are its worth.
    """

    def need(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> tuple[str, Decimal]:
        """Lock the worth of an order, whichever side it is on."""
        return market.quote, px * qty

    def charge(self, market: Market, order: Order, px: Decimal, qty: Decimal, is_maker: bool) -> tuple[str, Decimal]:
        """Charge a share of the worth, in the quote."""
        return market.quote, px * qty * Decimal(RATES["spot"][0 if is_maker else 1])

    def move(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> None:
        """Move the position, and settle it in money."""
        signed = qty if order.side == "buy" else -qty
        account.positions[market.symbol] += signed
        account.add(market.quote, -signed * px)


class PerpSimulator(ReferenceSimulator):
    """Trades a contract without an end in the place of the spot pair."""

    def open_exchange(self) -> Exchange:
        """Make the exchange, its pair a contract."""
        exchange = super().open_exchange()
        self.funds.spot = PerpFunds()
        return exchange


enter(
    Variant(
        "perp-first",
        "The venue is one of perpetual contracts: positions of either sign, fees in money, and nothing to redeem.",
        face=PerpSimulator,
        symbol=f"{SPOT_PAIR}-PERP",
        edits=PERP,
        made_in=__name__,
    )
)
