"""The parameters of one call, read as strictly as Binance reads them.

Used by every work of the face. What must stay true: a value is checked before it is used, and what a call does not
have is refused.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md, "General Information on Endpoints", and errors.md
(2026-07-21), read 2026-11-21: parameters in the query or a form body, and the query wins.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl

from venuekit_testkit.simulate.binance import errors
from venuekit_testkit.simulate.binance.errors import Refusal

NUMBER: Final = "^[0-9]{1,20}$"
AMOUNT: Final = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
NAME: Final = "^[a-zA-Z0-9-_]{1,36}$"
LEGAL: Final[Mapping[str, str]] = {
    "symbol": r"^[\w\-._&&[^a-z]]{1,50}$",
    "timestamp": NUMBER,
    "recvWindow": r"^[0-9]{1,20}(\.[0-9]{1,3})?$",
    "quantity": AMOUNT,
    "quoteOrderQty": AMOUNT,
    "price": AMOUNT,
    "newQty": AMOUNT,
    "newClientOrderId": NAME,
    "cancelNewClientOrderId": NAME,
    "origClientOrderId": NAME,
    "cancelOrigClientOrderId": NAME,
    "orderId": NUMBER,
    "cancelOrderId": NUMBER,
    "fromId": NUMBER,
    "limit": NUMBER,
    "startTime": NUMBER,
    "endTime": NUMBER,
    "subscriptionId": NUMBER,
}
# Binance shows a range of Java's; Python has no intersection of classes.
_SYMBOL: Final = r"^[A-Z0-9\-._]{1,50}$"
_CHECKS: Final = {name: re.compile(_SYMBOL if name == "symbol" else legal) for name, legal in LEGAL.items()}
PLACES: Final = 8  # decimals that an asset has


class Params(dict[str, str]):
    """Names and values, decoded."""

    def need(self, name: str) -> str:
        """Give a value. Raises: Refusal -1102 without one."""
        if not self.get(name):
            raise errors.missing(name)
        return self[name]

    def number(self, name: str, otherwise: int = 0) -> int:
        """Give a whole number."""
        return int(self.get(name) or otherwise)

    def amount(self, name: str) -> Decimal:
        """Give a positive amount. Raises: Refusal for one with too many decimals, for 0 or for none."""
        text = self.need(name)
        if len(text.partition(".")[2].rstrip("0")) > PLACES:
            raise errors.too_precise(name)
        if not (value := Decimal(text)):
            raise errors.missing(name)
        return value

    def flag(self, name: str, otherwise: bool = False) -> bool:
        """Give a "true" or "false"."""
        return self[name].lower() == "true" if name in self else otherwise

    def choice(self, name: str, known: Collection[str], no: tuple[int, str], otherwise: str = "") -> str:
        """Give one of the known words. Raises: Refusal with `no` for another, -1102 for none."""
        word = self.get(name, otherwise) or self.need(name)
        if word not in known:
            raise Refusal(*no)
        return word


def read_params(query: str, body: str) -> Params:
    """Read a call's parameters. Raises: Refusal -1101 for a name that is there twice."""
    sent = [parse_qsl(part, keep_blank_values=True) for part in (query, body)]
    for pairs in sent:
        if len({name for name, _ in pairs}) < len(pairs):
            raise Refusal(*errors.TWICE)
    return Params({**dict(sent[1]), **dict(sent[0])})


def check_values(asked: Params) -> None:
    """Refuse values with illegal characters. Raises: Refusal -1100."""
    for name, value in asked.items():
        pattern = _CHECKS.get(name)
        if pattern and value and not pattern.fullmatch(value):
            raise errors.illegal(name, LEGAL[name])


def check_names(asked: Params, names: Collection[str]) -> None:
    """Refuse names that the call does not have. Raises: Refusal -1104."""
    known = sum(name in names for name in asked)
    if known < len(asked):
        raise errors.unread(known, len(asked))
