"""cancelReplace: take one order off and place another, in one call that can half fail.

Used by `endpoints.py`. What must stay true: filters and the count of orders are looked at before either half is done;
with STOP_ON_FAILURE no new order lives while the old one does.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md "Cancel an Existing Order and Send a New Order"
(2026-07-21), read 2026-11-21: -2022 with 400 when neither half was done, -2021 with 409 when one was, both with `data`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from venuekit_testkit.simulate.binance.errors import CANCELLING, Refusal
from venuekit_testkit.simulate.binance.orders import answer, named, take_off
from venuekit_testkit.simulate.binance.params import Params
from venuekit_testkit.simulate.binance.shape import Row
from venuekit_testkit.simulate.binance.wish import Wish, put, read_wish, vet

if TYPE_CHECKING:
    from venuekit_testkit.simulate.binance.face import BinanceSimulator

MODES: Final = ("STOP_ON_FAILURE", "ALLOW_FAILURE")
BAD_MODE: Final = (-1130, "Data sent for parameter 'cancelReplaceMode' is not valid.")
DONE, FAILED, UNTRIED = "SUCCESS", "FAILURE", "NOT_ATTEMPTED"
HALF: Final = (-2021, "Order cancel-replace partially failed.", 409)
NEITHER: Final = (-2022, "Order cancel-replace failed.", 400)
Half = tuple[str, Row | None]


def cancel_replace(venue: BinanceSimulator, asked: Params) -> Row:
    """Do both halves. Raises: Refusal for either that fails, with what became of both."""
    mode, wish = asked.choice("cancelReplaceMode", MODES, BAD_MODE), read_wish(venue, asked)
    vet(venue, wish)
    venue.limits.count_order(venue.exchange.now)
    cancelled = _try(lambda: _cancel(venue, asked))
    stops = cancelled[0] == FAILED and mode == MODES[0]
    placed = (UNTRIED, None) if stops else _try(lambda: _place(venue, wish))
    return _both(cancelled, placed)


def _cancel(venue: BinanceSimulator, asked: Params) -> Row:
    order = named(venue, asked, CANCELLING, "cancelOrderId", "cancelOrigClientOrderId")
    return take_off(venue, order, asked, asked.get("cancelNewClientOrderId") or venue.next_id())


def _place(venue: BinanceSimulator, wish: Wish) -> Row:
    return answer(put(venue, wish), wish)


def _try(work: Callable[[], Row]) -> Half:
    try:
        return DONE, work()
    except Refusal as no:
        return FAILED, no.body


def _both(cancelled: Half, placed: Half) -> Row:
    told = {
        "cancelResult": cancelled[0],
        "newOrderResult": placed[0],
        "cancelResponse": cancelled[1],
        "newOrderResponse": placed[1],
    }
    done = [cancelled[0], placed[0]].count(DONE)
    if done == 2:
        return told
    raise Refusal(*(HALF if done else NEITHER), data=told)
