"""What the simulated Kraken says no with.

Used by every module here. REST answers 200 with `error` and no `result`. The words of WebSocket v2's refusals are not
documented; those of v1 are used, and "Subscription depth not supported" was seen on v2 as well.
Sources: https://docs.kraken.com/api/docs/guides/spot-errors,
https://docs.kraken.com/api/docs/websocket-v1/subscriptionstatus, read 2026-11-21;
https://github.com/ArthurBernard/Download_Crypto_Currencies_Data/pull/122 (2026-06-10).
"""

from __future__ import annotations

from typing import Final

BAD_ARGUMENTS: Final = "EGeneral:Invalid arguments"
UNKNOWN_METHOD: Final = "EGeneral:Unknown method"
UNKNOWN_PAIR: Final = "EQuery:Unknown asset pair"
UNKNOWN_ASSET: Final = "EQuery:Unknown asset"
INVALID_KEY: Final = "EAPI:Invalid key"
TOO_MANY: Final = "EGeneral:Too many requests"

MALFORMED: Final = "Malformed request"
NO_SUCH_METHOD: Final = "Method(s) not found"
NO_SUCH_CHANNEL: Final = "Subscription name invalid"
NOT_A_LIST: Final = "Pair field must be an array"
NOT_A_PAIR: Final = "Currency pair not supported"
ODD_DEPTH: Final = "Subscription depth not supported"
TWICE: Final = "Already subscribed"
NOT_SUBSCRIBED: Final = "Subscription Not Found"
ELSEWHERE: Final = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"


class Refusal(Exception):
    """The venue's no, in its own words. `symbol` is of the subscription that it is about."""

    def __init__(self, said: str, symbol: str = "") -> None:
        super().__init__(said)
        self.said, self.symbol = said, symbol
