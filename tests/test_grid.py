"""A grid that does not fit is told, not rounded."""

from __future__ import annotations

import pytest

from venuekit.grid import Grid, read_grid
from venuekit.units import Px, Qty, parse_px, parse_qty


def test_a_grid_that_fits_is_given_as_it_is() -> None:
    grid = Grid(tick=Px(1), lot=Qty(2), min_qty=Qty(3))
    assert read_grid(lambda: grid) is grid


@pytest.mark.parametrize(("tick", "lot"), [("1e-10", "1"), ("1", "1e-9"), ("", "1"), ("nan", "1")])
def test_a_step_beyond_our_scale_says_so(tick: str, lot: str) -> None:
    grid = read_grid(lambda: Grid(tick=parse_px(tick), lot=parse_qty(lot)))
    assert grid.misfit.startswith("its grid does not fit our scale: ")
    assert (grid.tick, grid.lot) == (0, 0)


@pytest.mark.parametrize(("tick", "lot"), [("0", "1"), ("1", "0"), ("-1", "1")])
def test_a_step_that_is_none_says_so(tick: str, lot: str) -> None:
    assert "no step" in read_grid(lambda: Grid(tick=parse_px(tick), lot=parse_qty(lot))).misfit
