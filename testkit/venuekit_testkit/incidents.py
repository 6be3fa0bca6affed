"""What went wrong elsewhere: each incident by its URL, and why no adapter could cause it where none could.

Used by the docs and by the test that every incident is answered: by a law that names its URL, or by a reason here. What
must stay true: an incident has the one or the other, so nothing is waved away that a law proves.
Source: public threads of other projects on the truth of orders, on market data and on precision, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from venuekit_testkit.law import Law, laws


class Incident(msgspec.Struct, frozen=True):
    """One thread. `reason` says why no adapter could cause it, or ""."""

    what: str
    where: str  # without "https://github.com/"
    reason: str = ""

    @property
    def url(self) -> str:
        """Where it can be read."""
        return f"https://github.com/{self.where}"


ENGINE_ERRED: Final = (
    "the venue's answer was right and was ignored; an engine's fault, and the adapter has no say in it"
)
A_WISH: Final = "a wish for more types of orders; what an adapter lacks its table says, and EX-240 holds it to that"
NO_CHAIN: Final = "gas, approvals and a wallet's nonce; no verb here sends a transaction, so no adapter can err in one"

INCIDENTS: Final[Mapping[str, Sequence[Incident]]] = {
    "The truth of orders: fills, restarts, reconnects": (
        Incident("a warm restart makes up an opposite fill", "nautechsystems/nautilus_trader/issues/4736"),
        Incident("a timeout becomes REJECTED, and the order fills", "nautechsystems/nautilus_trader/issues/4958"),
        Incident("a position held for long cannot be reconciled", "nautechsystems/nautilus_trader/issues/3104"),
        Incident("trade ids twice, fills again after a restart", "nautechsystems/nautilus_trader/issues/3046"),
        Incident("reconciliation gives other ids at each run", "nautechsystems/nautilus_trader/issues/3878"),
        Incident("four holes in what is replayed after a reconnect", "nautechsystems/nautilus_trader/pull/4991"),
        Incident("venue flat and query failed are mixed up", "nautechsystems/nautilus_trader/pull/3715"),
        Incident("fills out of order, through positions and replay", "nautechsystems/nautilus_trader/pull/4491"),
        Incident("a fill on the stream never reaches the strategy", "nautechsystems/nautilus_trader/issues/4124"),
        Incident("a late NEW after FILLED revives the order", "barter-rs/barter-rs/issues/206"),
        Incident("missed events are to be told in order", "barter-rs/barter-rs/pull/280"),
        Incident(
            "fills while disconnected are never asked for",
            "QuantConnect/Lean.Brokerages.InteractiveBrokers/issues/249",
        ),
        Incident("a healthy stream drops a fill", "QuantConnect/Lean.Brokerages.TradeStation/issues/101"),
        Incident("a fill is lost when it lands in a modify", "QuantConnect/Lean.Brokerages.TradeStation/issues/84"),
        Incident("acknowledged, and the fill's event is missing", "QuantConnect/Lean.Brokerages.Alpaca/issues/28"),
        Incident(
            "a fill for an order that is unknown after a restart",
            "QuantConnect/Lean.Brokerages.InteractiveBrokers/issues/189",
        ),
        Incident("missed fills must be noticed while brackets live", "deepentropy/ibx/issues/113"),
        Incident("a mismatch is logged and ignored", "BYTEX-TRADE/bytex/issues/30", ENGINE_ERRED),
        Incident("a fill is booked twice after a restart", "OpenByteInc/QuantDinger/pull/232"),
        Incident("failed, and the orders live unknown", "hummingbot/hummingbot/issues/6716"),
        Incident("no way out of failed to cancel", "hummingbot/hummingbot/issues/5122"),
        Incident("reported cancelled, and live", "hummingbot/hummingbot/issues/1664"),
        Incident("stuck after cancel errors", "hummingbot/hummingbot/issues/1340"),
        Incident("stuck after cancel errors", "hummingbot/hummingbot/issues/1295"),
        Incident("untracked after cancel errors", "hummingbot/hummingbot/issues/745"),
        Incident("untracked after cancel errors", "hummingbot/hummingbot/issues/4987"),
    ),
    "Market data": (
        Incident("a watched book leaks after a nonce error", "ccxt/ccxt/issues/26753"),
        Incident("invalid checksum; disable the check, they say", "ccxt/ccxt/issues/22758"),
        Incident("invalid checksum", "ccxt/ccxt/issues/19479"),
        Incident("invalid checksum", "ccxt/ccxt/issues/18322"),
        Incident("invalid checksum", "ccxt/ccxt/issues/15510"),
        Incident("gaps of the nonce, and loops of retries", "ccxt/ccxt/issues/17733"),
        Incident("gaps of the nonce, and loops of retries", "ccxt/ccxt/issues/16396"),
        Incident("a book that goes wrong", "ccxt/ccxt/issues/27234"),
        Incident("a connection for each book, and then 429", "pmxt-dev/pmxt/issues/123"),
    ),
    "Uniform in name only; precision and nonces": (
        Incident("results of different shapes", "ccxt/ccxt/issues/3882"),
        Incident("an edit is a cancel and a new order", "ccxt/ccxt/issues/9429"),
        Incident("an edit is a cancel and a new order", "ccxt/ccxt/issues/1056"),
        Incident("five significant figures, and not for limits", "nautechsystems/nautilus_trader/issues/3612"),
        Incident("rounding is left to users", "richkuo/go-trader/issues/105"),
        Incident("rounding is left to users", "hyperliquid-dex/hyperliquid-python-sdk/issues/179"),
        Incident("rounding is left to users", "hyperliquid-dex/hyperliquid-rust-sdk/issues/33"),
        Incident("a nonce used twice with two levels of orders", "hummingbot/hummingbot/issues/7737"),
        Incident("every order: invalid nonce", "elliottech/lighter-python/issues/60"),
        Incident("a chain's nonce, fee and approval", "hummingbot/hummingbot/issues/5835", NO_CHAIN),
        Incident("a chain's nonce, fee and approval", "hummingbot/gateway/issues/61", NO_CHAIN),
        Incident("a chain's nonce, fee and approval", "hummingbot/hummingbot/issues/5797", NO_CHAIN),
        Incident("more native types of orders?", "nautechsystems/nautilus_trader/issues/4425", A_WISH),
    ),
}


def laws_by_incident() -> Mapping[str, Sequence[Law]]:
    """List the laws that name each URL, in the order of their ids."""
    found: dict[str, list[Law]] = {}
    for law, _ in laws().values():
        for url in law.incidents:
            found.setdefault(url, []).append(law)
    return found
