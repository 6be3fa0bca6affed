"""Law of exact levels: a double decoded from text is the integer that the text means, or it is refused."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.book.levels import (
    EXACT_BELOW,
    MAX_MEMO,
    BoundedPx,
    BoundedQty,
    PxMemo,
    TooLarge,
    bounded_levels,
    exact_levels,
    text_levels,
)
from venuekit.units import PX_DECIMALS, QTY_DECIMALS, format_fixed

ROWS = st.lists(st.tuples(st.integers(1, EXACT_BELOW - 2), st.integers(0, EXACT_BELOW - 2)), min_size=1, max_size=20)
DECODER = msgspec.json.Decoder(list[tuple[float, float]], strict=False)
BOUNDED = msgspec.json.Decoder(list[tuple[BoundedPx, BoundedQty]], strict=False)


@given(ROWS, st.booleans())
def test_inside_the_bound_doubles_give_what_the_text_says(rows: list[tuple[int, int]], quoted: bool) -> None:
    texts = [(format_fixed(px, PX_DECIMALS), format_fixed(qty, QTY_DECIMALS)) for px, qty in rows]
    mark = '"' if quoted else ""
    frame = "[" + ",".join(f"[{mark}{px}{mark},{mark}{qty}{mark}]" for px, qty in texts) + "]"
    assert exact_levels(DECODER.decode(frame), PxMemo()) == text_levels(texts) == rows
    assert bounded_levels(BOUNDED.decode(frame)) == rows


@given(st.integers(EXACT_BELOW, 10**25))
def test_a_price_outside_the_bound_is_refused(px: int) -> None:
    with pytest.raises(TooLarge):
        exact_levels([(float(format_fixed(px, PX_DECIMALS)), 1.0)], PxMemo())


@given(st.integers(EXACT_BELOW, 10**25))
def test_a_quantity_outside_the_bound_is_refused(qty: int) -> None:
    with pytest.raises(TooLarge):
        exact_levels([(1.0, float(format_fixed(qty, QTY_DECIMALS)))], PxMemo())


@pytest.mark.parametrize("row", [(0.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (float("nan"), 1.0), (float("inf"), 1.0)])
def test_a_price_or_quantity_that_is_none_is_refused(row: tuple[float, float]) -> None:
    with pytest.raises(TooLarge):
        exact_levels([row], PxMemo())


@pytest.mark.parametrize(
    "row", ["0,1", "-1,1", "1,-1", "1,-0.00000001", '"nan",1', '1,"nan"', '"inf",1', '1,"inf"', "2251799.813685248,1"]
)
def test_a_bounded_decoder_refuses_what_a_double_cannot_tell(row: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        BOUNDED.decode(f"[[{row}]]")


@pytest.mark.parametrize("qty", [float("nan"), float("inf")])
def test_a_quantity_that_is_no_number_is_refused(qty: float) -> None:
    with pytest.raises(ValueError):
        exact_levels([(1.0, qty)], PxMemo())


def test_the_memo_stays_small_and_right() -> None:
    memo = PxMemo()
    for n in range(1, MAX_MEMO + 10):
        assert memo[n / 100] == n * 10**7
    assert len(memo) <= MAX_MEMO
