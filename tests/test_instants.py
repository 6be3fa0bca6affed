"""Times on the wire: exact to the nanosecond, or refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.units import NANOS_PER_S, Inexact, Nanos, parse_instant

END = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


@given(st.integers(0, END), st.integers(0, NANOS_PER_S - 1))
def test_every_nanosecond_comes_back(second: int, rest: int) -> None:
    text = f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}".rjust(29, "0")
    assert parse_instant(f"{text}Z") == Nanos(second * NANOS_PER_S + rest)


def test_fewer_decimals_and_none_are_read() -> None:
    assert parse_instant("2024-05-19T16:45:24.2Z") == Nanos(1716137124200000000)
    assert parse_instant("2024-05-19T16:45:24Z") == Nanos(1716137124000000000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Z",
        "yesterday",
        "2024-05-19",
        "2024-05-19T16:45:24.204654",
        "2024-05-19T16:45:24+02:00",
        "2024-05-19T16:45:24.Z",
        "2024-05-19T16:45:24.1e3Z",
        "2024-05-19T16:45:24.-1Z",
        "2024-05-19T25:45:24Z",
        "2024-05-19T16:45:24.1234567895Z",
    ],
)
def test_what_is_no_time_in_utc_is_refused(text: str) -> None:
    with pytest.raises(Inexact):
        parse_instant(text)
