"""Variants of the wire: units of time, ids, whole numbers for prices, and where a refusal stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from venuekit.units import Nanos
from venuekit.wire import Response
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.reference.shapes import number
from venuekit_testkit.variants.spelling import RespeltSimulator, RespeltVenue, respelt
from venuekit_testkit.variants.variant import variant

PX_PLACES: Final = 12
QTY_PLACES: Final = 8
PRICES: Final = ("price", "tick")
SIZES: Final = ("quantity", "filled", "lot", "min_quantity", "max_quantity")
ROUND: Final = 2**128
SCRAMBLE: Final = 0x9E3779B97F4A7C15F39CC0605CEDC835  # odd, so that every number comes back
UNSCRAMBLE: Final = pow(SCRAMBLE, -1, ROUND)
UUIDS: Final = r"[0-9a-f-]{36}"
NUMBERS: Final = r"\d{1,18}"


# ── time ──


def _scaled(up: int, down: int) -> Any:
    def scale(time: Any) -> Any:
        return time * up // down if isinstance(time, int) else None

    return scale


class NanosecondSimulator(RespeltSimulator):
    """Writes times as nanoseconds."""

    told = {"time": _scaled(1_000_000, 1)}


class MicrosecondSimulator(RespeltSimulator):
    """Writes times as microseconds."""

    told = {"time": _scaled(1_000, 1)}


class SecondSimulator(RespeltSimulator):
    """Writes times as seconds, without a fraction."""

    told = {"time": _scaled(1, 1_000)}


@respelt
@variant(NanosecondSimulator)
class Nanoseconds(RespeltVenue):
    """Times are nanoseconds on the wire."""

    heard = {"time": _scaled(1, 1_000_000)}


@respelt
@variant(MicrosecondSimulator)
class Microseconds(RespeltVenue):
    """Times are microseconds on the wire."""

    heard = {"time": _scaled(1, 1_000)}


@respelt
@variant(SecondSimulator)
class Seconds(RespeltVenue):
    """Times are whole seconds on the wire, so that much happens at one time."""

    heard = {"time": _scaled(1_000, 1)}


# ── ids ──


def _to_uuid(text: Any) -> Any:
    return str(UUID(int=int(text) * SCRAMBLE % ROUND)) if text else text


def _from_uuid(text: Any) -> Any:
    return str(UUID(text).int * UNSCRAMBLE % ROUND) if text else text


class UuidSimulator(RespeltSimulator):
    """Names orders and trades by UUIDs, which tell nothing of their order."""

    told = {"id": _to_uuid, "order_id": _to_uuid}
    understood = {"id": _from_uuid}

    def __init__(self) -> None:
        super().__init__()
        self.routes = tuple(
            msgspec.structs.replace(route, where=route.where.replace(NUMBERS, UUIDS)) for route in self.routes
        )

    def read_name(self, name: str) -> str:
        """Read how a path names an order."""
        return name if name.startswith("by-client/") else _from_uuid(name)


@variant(UuidSimulator)
class Uuids(RespeltVenue):
    """Orders and trades have UUIDs: no id says which came first."""


# ── numbers ──


def _to_units(places: int) -> Any:
    def scale(text: Any) -> Any:
        return None if text is None else int(Decimal(text).scaleb(places))

    return scale


def _from_units(places: int) -> Any:
    def scale(units: Any) -> Any:
        whole = isinstance(units, int) and not isinstance(units, bool)
        return number(Decimal(units).scaleb(-places)) if whole else None

    return scale


def _rows(px: Any, qty: Any) -> Any:
    def scale(rows: Any) -> Any:
        return [[px(row[0]), qty(row[1])] for row in rows] if _are_rows(rows) else None

    return scale


def _are_rows(rows: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, list) and len(row) == 2 for row in rows)


def _numbers(px: Any, qty: Any) -> dict[str, Any]:
    sides = _rows(px, qty)
    return {**dict.fromkeys(PRICES, px), **dict.fromkeys(SIZES, qty), "bids": sides, "asks": sides}


WRITTEN: Final = _numbers(_to_units(PX_PLACES), _to_units(QTY_PLACES))
READ: Final = _numbers(_from_units(PX_PLACES), _from_units(QTY_PLACES))


class UnitSimulator(RespeltSimulator):
    """Counts prices and sizes in whole units, and takes nothing else."""

    told, understood = WRITTEN, READ


@respelt
@variant(UnitSimulator)
class WholeUnits(RespeltVenue):
    """Prices are whole trillionths and sizes whole satoshis on the wire, as contracts on chains count them."""

    heard, asked = READ, WRITTEN


# ── refusals ──


class OkSimulator(RespeltSimulator):
    """Answers 200 to whatever it refuses, with the error inside."""

    def answer(self, call: Call, now: Nanos) -> Reply:
        """Answer; a refusal is wrapped."""
        reply = super().answer(call, now)
        if 400 <= reply.status < 500:
            return Reply(200, msgspec.json.encode({"error": msgspec.Raw(reply.body)}), reply.headers)
        return reply


class Wrapped(msgspec.Struct, frozen=True):
    """An answer that is a refusal."""

    error: msgspec.Raw


@respelt
@variant(OkSimulator)
class RefusalsAreOk(RespeltVenue):
    """A refusal comes with the status 200, and only its body says so."""

    def hear(self, response: Response) -> Response:
        """Unwrap a refusal."""
        try:
            return Response(400, bytes(msgspec.json.decode(response.body, type=Wrapped).error), response.headers)
        except (msgspec.DecodeError, RecursionError):
            return response
