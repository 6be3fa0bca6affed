"""What the simulated Coinbase says no with.

Used by every module here. The envelope of REST is that of its documentation, its codes are gRPC's; who asks too much
is told so in another envelope; a socket knows one shape of errors, without a sequence number.
Sources: https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public/get-public-product (response
"Error"), https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/rate-limits,
https://docs.cdp.coinbase.com/coinbase-app/api-architecture/rate-limiting, read 2026-11-21.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from venuekit_testkit.simulate.call import Reply, reply_json

# Sent for an unknown channel as well, as frames of 2026-09 show.
NO_PROOF: Final = "authentication failure"
MALFORMED: Final = "malformed request"
NO_PRODUCT: Final = "valid product_id is required"
LIMITS: Final = {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}


class Kind(NamedTuple):
    """One kind of refusal: HTTP's status, gRPC's name and its number."""

    status: int
    name: str
    code: int


BAD_ARGUMENT: Final = Kind(400, "INVALID_ARGUMENT", 3)
NOT_FOUND: Final = Kind(404, "NOT_FOUND", 5)
TOO_MANY: Final = {"errors": [{"id": "rate_limit_exceeded", "message": "Too many requests"}]}


class Refusal(Exception):
    """The venue's no over REST."""

    def __init__(self, kind: Kind, said: str) -> None:
        super().__init__(said)
        self.kind, self.said = kind, said

    @property
    def reply(self) -> Reply:
        """The answer that says so."""
        return reply_json(
            {"error": self.kind.name, "code": self.kind.code, "message": self.said, "details": []}, self.kind.status
        )


class Wrong(Exception):
    """The venue's no to a frame."""
