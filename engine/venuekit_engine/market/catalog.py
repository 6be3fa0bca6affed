"""What is listed where: instruments by canonical symbol and venue, and what a client's spelling means.

Used by the hub, the door and the sources. What must stay true: a lookup costs the same with ten symbols and with ten
thousand, and a spelling that could mean two things is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from venuekit.instrument import Instrument, canonical_symbol
from venuekit_engine.answer import SymbolRow
from venuekit_engine.refusal import Detail, NotFound

NEAR: Final = 5  # suggestions in one message
PERP: Final = "-PERP"
_NONE: Final[Mapping[str, Instrument]] = {}


class Catalog:
    """Every instrument of every venue."""

    def __init__(self) -> None:
        self._symbols: dict[str, dict[str, Instrument]] = {}
        self._venues: dict[str, dict[str, Instrument]] = {}
        self._aliases: dict[str, set[str]] = {}
        self._rows: list[SymbolRow] | None = None

    def put(self, venue: str, instruments: Iterable[Instrument]) -> None:
        """Replace what one venue lists."""
        for symbol in self._venues.pop(venue, {}):
            self._drop(venue, symbol)
        # Where a venue names one symbol twice, the one that trades counts.
        inert_first = sorted(instruments, key=lambda each: not each.untradable)
        listed = self._venues[venue] = {each.symbol: each for each in inert_first}
        for symbol, instrument in listed.items():
            self._symbols.setdefault(symbol, {})[venue] = instrument
            for alias in _aliases(symbol):
                self._aliases.setdefault(alias, set()).add(symbol)
        self._rows = None

    def resolve(self, text: str) -> str:
        """Give the canonical symbol that a client means.

        Raises: NotFound with near matches, or with every meaning where there are several.
        """
        if text in self._symbols:
            return text
        symbol = canonical_symbol(text)
        if symbol in self._symbols:
            return symbol
        meant = sorted(self._aliases.get(symbol, ()))
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise _unknown(f"{text!r} is ambiguous: {' or '.join(meant)}")
        raise _unknown(f"unknown symbol {text!r}" + self._hint(symbol))

    def instrument(self, venue: str, symbol: str) -> Instrument | None:
        """Give one venue's instrument, by canonical symbol."""
        return self._symbols.get(symbol, _NONE).get(venue)

    def listings(self, symbol: str) -> Mapping[str, Instrument]:
        """Give the venues that list a canonical symbol."""
        return self._symbols.get(symbol, _NONE)

    def of(self, venue: str) -> Mapping[str, Instrument]:
        """Give what one venue lists, by canonical symbol."""
        return self._venues.get(venue, _NONE)

    def venues(self) -> list[str]:
        """List the venues that told what they list."""
        return list(self._venues)

    def rows(self) -> list[SymbolRow]:
        """List every symbol for `GET /v1/symbols`, by name; made once for each change."""
        if self._rows is None:
            self._rows = [_row(symbol, listed) for symbol, listed in sorted(self._symbols.items())]
        return self._rows

    def __contains__(self, symbol: str) -> bool:
        return symbol in self._symbols

    def __len__(self) -> int:
        return len(self._symbols)

    def _drop(self, venue: str, symbol: str) -> None:
        listed = self._symbols[symbol]
        del listed[venue]
        if listed:
            return
        del self._symbols[symbol]
        for alias in _aliases(symbol):
            self._aliases[alias].discard(symbol)

    def _hint(self, symbol: str) -> str:
        # Comparing spellings is slow, so only those of the same first letter are compared.
        same = [each for each in self._symbols if each[:1] == symbol[:1]]
        near = get_close_matches(symbol, same, n=NEAR, cutoff=0.7)
        return f"; near are {', '.join(near)}" if near else ""


def _unknown(message: str) -> NotFound:
    return NotFound(message, [Detail("symbol", message)])


def _aliases(symbol: str) -> Iterator[str]:
    """Give the other spellings in use: without dashes, and a perpetual without its quote."""
    if "-" in symbol:
        yield symbol.replace("-", "")
    base, _, rest = symbol.partition("-")
    if rest.endswith(PERP):
        yield base + PERP


def _row(symbol: str, listed: Mapping[str, Instrument]) -> SymbolRow:
    one = next(iter(listed.values()))
    kind = one.kind.value
    return SymbolRow(symbol, one.base, one.quote, sorted(listed), kind, kind)
