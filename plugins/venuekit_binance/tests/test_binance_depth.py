"""How deep a book is asked for, and what that weighs."""

from __future__ import annotations

import pytest

from venuekit_binance.endpoints import depth_request


@pytest.mark.parametrize(
    ("depth", "limit", "weight"),
    [
        (1, 1, 5), (100, 100, 5), (101, 101, 25), (500, 500, 25), (501, 501, 50), (1000, 1000, 50), (1001, 1001, 250),
        (5000, 5000, 250), (5001, 5000, 250), (0, 5000, 250),
    ],
)  # fmt: skip
def test_a_book_is_asked_for_as_deep_as_wanted_and_no_deeper_than_there_is(depth: int, limit: int, weight: int) -> None:
    request = depth_request("https://api.binance.com", "BTCUSDT", depth)
    assert request.query == f"symbol=BTCUSDT&limit={limit}"
    assert dict(request.cost)["REQUEST_WEIGHT"] == weight
