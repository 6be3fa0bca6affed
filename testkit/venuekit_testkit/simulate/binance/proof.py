"""Whether a call is one of the account: the key is known, the time is right, the signature is that of the key.

Used by the REST face and by the WebSocket API. What must stay true: nothing is done for a call that is not proven.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md "Timing security" (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from venuekit.units import NANOS_PER_MS, Nanos
from venuekit_testkit.simulate.binance import errors
from venuekit_testkit.simulate.binance.errors import Refusal
from venuekit_testkit.simulate.binance.params import Params
from venuekit_testkit.simulate.binance.signature import Verify, make_verifier

KEY_FORM: Final = re.compile("[A-Za-z0-9]{64}")
WINDOW_MS: Final = 5000
WINDOW_MOST_MS: Final = 60_000
AHEAD_MS: Final = 1000
MICROS_FROM: Final = 10**15  # a timestamp from here on counts microseconds


class Keys:
    """The keys of the account, by the text of the API key."""

    def __init__(self, keys: Mapping[str, Mapping[str, str]]) -> None:
        self._verifiers = {each["api_key"]: make_verifier(each["api_secret"]) for each in keys.values()}
        self._kinds = {each["api_key"]: kind for kind, each in keys.items()}

    def kind_of(self, key: str) -> str:
        """Name the kind of a key that is known."""
        return self._kinds[key]

    def prove_key(self, key: str) -> Verify:
        """Find a key. Raises: Refusal -2014 for what is no key, -2015 for one of nobody."""
        if not KEY_FORM.fullmatch(key):
            raise Refusal(*errors.BAD_KEY_FORMAT)
        if key not in self._verifiers:
            raise Refusal(*errors.BAD_KEY)
        return self._verifiers[key]

    def prove(self, key: str, asked: Params, payload: bytes, proof: str | None, now: Nanos) -> None:
        """Prove a signed call. Raises: Refusal."""
        if not KEY_FORM.fullmatch(key):
            raise Refusal(*errors.BAD_KEY_FORMAT)
        check_time(asked, now)
        if not proof:
            raise errors.missing("signature")
        verify = self.prove_key(key)
        if not verify(payload, proof):
            raise Refusal(*errors.BAD_SIGNATURE)


def check_time(asked: Params, now: Nanos) -> None:
    """Compare a call's time with ours. Raises: Refusal -1021, -1102, -1131."""
    sent = int(asked.need("timestamp"))
    sent_ms = Decimal(sent) / 1000 if sent >= MICROS_FROM else Decimal(sent)
    window = Decimal(asked.get("recvWindow") or WINDOW_MS)
    if window > WINDOW_MOST_MS:
        raise Refusal(-1131, "recvWindow must be less than 60000")
    now_ms = Decimal(now) / NANOS_PER_MS
    if sent_ms >= now_ms + AHEAD_MS:
        raise Refusal(*errors.EARLY)
    if now_ms - sent_ms > window:
        raise Refusal(*errors.LATE)
