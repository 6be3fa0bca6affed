"""Mutants whose feeds take frames for what they are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from venuekit.market import BookDelta, MarketEvent, TradePrint
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty, parse_px, parse_qty
from venuekit.wire import Frame
from venuekit_testkit.mutants.feeds import Feeds
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.feed import ReferenceFeed


class Crashes(ReferenceFeed):
    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        told = msgspec.json.decode(frame)
        return super().receive(frame, now) if told["type"] else []


@mutant("MD-500")
class CrashesOnNonsense(Feeds):
    """Takes for granted that a frame is an object with a type."""

    stream = Crashes


class Swallows(ReferenceFeed):
    """Passes over what it cannot read, and over the numbers that would tell."""

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        try:
            told = super().receive(frame, now)
        except ValueError:
            return []
        return [
            msgspec.structs.replace(each, first=None, last=None, checksum=None) if isinstance(each, BookDelta) else each
            for each in told
        ]


@mutant("MD-520")
class PassesOverHalfAFrame(Feeds):
    """Passes over a frame that it cannot read, and goes on as if there had been none."""

    stream = Swallows


class Guesses(ReferenceFeed):
    """Reads changes field by field, with something in the place of what is not there."""

    def read_delta(self, frame: Frame) -> list[MarketEvent]:
        told: Mapping[str, Any] = msgspec.json.decode(frame)
        sides = ([(_px(row), _qty(row)) for row in told.get(side) or ()] for side in ("bids", "asks"))
        bids, asks = ([level for level in side if level[0] > 0] for side in sides)
        symbol = self._symbols.get(str(told.get("symbol")), next(iter(self.instruments)))
        return [BookDelta(symbol, bids, asks)]


@mutant("MD-530", "https://github.com/pmxt-dev/pmxt/issues/59")
class MissingIsZero(Feeds):
    """Takes a size that is missing for 0, and a change without a price for none."""

    stream = Guesses


def _px(row: Any) -> Px:
    try:
        return parse_px(str(row[0]))
    except (ValueError, LookupError, TypeError):
        return Px(0)


def _qty(row: Any) -> Qty:
    try:
        return Qty(max(0, parse_qty(str(row[1]))))
    except (ValueError, LookupError, TypeError):
        return Qty(0)


class Strict(ReferenceFeed):
    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        if len(msgspec.json.decode(frame)) > 7:
            raise ValueError("there are more fields than there were")
        return super().receive(frame, now)


@mutant("MD-540")
class RefusesWhatIsNew(Feeds):
    """Refuses a frame that has a field which it does not know."""

    stream = Strict


class Takes(ReferenceFeed):
    def read_trade(self, frame: Frame) -> list[MarketEvent]:
        told = msgspec.json.decode(frame)
        px, qty = parse_px(told["price"]), parse_qty(told["quantity"])
        return [
            TradePrint(self._symbols[told["symbol"]], told["id"], px, qty, Side(told["taker"]), Nanos(told["time"]))
        ]

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        kind = msgspec.json.decode(frame)
        return self.read_trade(frame) if "trade" in kind.values() else super().receive(frame, now)


@mutant("MD-555", "https://github.com/pmxt-dev/pmxt/issues/59")
class TakesTradesForWhole(Feeds):
    """Takes for granted that a trade has all its fields."""

    stream = Takes


class TextOnly(ReferenceFeed):
    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        return super().receive(frame, now) if isinstance(frame, str) else []


@mutant("MD-550")
class ReadsTextOnly(Feeds):
    """Passes over frames that come as bytes."""

    stream = TextOnly


class Stumbles(ReferenceFeed):
    """Subscribes to nothing any more once it has met nonsense."""

    stumbled = False

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        try:
            return super().receive(frame, now)
        except (ValueError, RecursionError):
            self.stumbled = True
            raise

    def _subscribe(self, symbol: str) -> None:
        if not self.stumbled:
            super()._subscribe(symbol)


@mutant("MD-510")
class StumblesOverNonsense(Feeds):
    """Asks for no book any more once it has met nonsense."""

    stream = Stumbles
