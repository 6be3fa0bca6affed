"""The checksum: Kraken's worked example, and laws of its digits."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.book.book import Book
from venuekit.book.levels import text_levels
from venuekit.market import BookSnapshot
from venuekit.units import Nanos, Px, Qty
from venuekit_kraken.checksum import Checksum, Digits

SAMPLE = json.loads((Path(__file__).parent / "samples" / "book_checksum.json").read_text())
DECIMALS = st.integers(0, 9)
VALUES = st.integers(0, 10**18)


def book_of(bids: list[list[str]], asks: list[list[str]]) -> Book:
    book = Book()
    below, above = (text_levels([(px, qty) for px, qty in side]) for side in (bids, asks))
    book.restore(BookSnapshot("BTC-USD", below, above), Nanos(0))
    return book


def test_the_worked_example_of_the_guide_gives_its_checksum() -> None:
    book = book_of(SAMPLE["bids"], SAMPLE["asks"])
    assert Checksum(1, 8)(book) == SAMPLE["checksum"]


def test_levels_below_the_tenth_do_not_count() -> None:
    book = book_of([*SAMPLE["bids"], ["45000.0", "1.00000000"]], [*SAMPLE["asks"], ["46000.0", "2.00000000"]])
    assert Checksum(1, 8)(book) == SAMPLE["checksum"]


def test_one_unit_of_the_tenth_level_changes_it() -> None:
    book = book_of(SAMPLE["bids"], SAMPLE["asks"])
    px, qty = book.bids.levels(10)[-1]
    book.bids.set(px, Qty(qty + 1))
    assert Checksum(1, 8)(book) != SAMPLE["checksum"]


def test_an_empty_book_has_the_checksum_of_no_text() -> None:
    assert Checksum(1, 8)(Book()) == 0


@given(VALUES, DECIMALS)
def test_digits_are_the_decimal_text_without_its_point_and_leading_zeros(value: int, decimals: int) -> None:
    unit = 10 ** (9 - decimals)
    text = f"{Decimal(value) / 10**decimals:.{decimals}f}"
    expected = text.replace(".", "").lstrip("0") or "0"
    digits = Digits(9, decimals)
    assert digits[value * unit] == expected
    assert digits[-value * unit] == expected  # asks are kept under negated prices


@given(st.dictionaries(VALUES.filter(bool), VALUES.filter(bool), max_size=30))
def test_the_memo_changes_nothing(levels: dict[int, int]) -> None:
    rows = [(Px(px), Qty(qty)) for px, qty in levels.items()]
    book = Book()
    book.restore(BookSnapshot("X", rows, []), Nanos(0))
    used = Checksum(9, 8)
    first = used(book)
    assert used(book) == first == Checksum(9, 8)(book)


@pytest.mark.parametrize("decimals", [-1, 10])
def test_decimals_beyond_the_scale_are_refused(decimals: int) -> None:
    with pytest.raises(ValueError, match="decimals must be from 0 to 9"):
        Checksum(decimals, 8)
