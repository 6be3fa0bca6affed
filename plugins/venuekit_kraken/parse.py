"""Kraken's payloads to our model, and Kraken's error codes.

Used by `venue.py` and `feed.py`. Pure. What must stay true: every number becomes an integer exactly or not at all; an
error that is not in `REFUSALS` proves nothing.
Sources: https://docs.kraken.com/api/docs/guides/spot-errors, https://docs.kraken.com/api/docs/guides/spot-ws-book-v2,
read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar

import msgspec

from venuekit.answer import understand
from venuekit.book.levels import PxMemo, TooLarge, exact_levels, text_levels
from venuekit.errors import OutcomeUnknown, Refused, RejectReason
from venuekit.grid import Grid, read_grid
from venuekit.instrument import FeeSchedule, Instrument, Kind
from venuekit.market import BookDelta, BookSnapshot, Levels, TradePrint
from venuekit.side import Side
from venuekit.units import (
    Nanos,
    Rate,
    parse_fixed,
    parse_instant,
    parse_px,
    parse_qty,
    parse_usd,
)
from venuekit.wire import Response
from venuekit_kraken import wire

T = TypeVar("T")
R = TypeVar("R")

VENUE: Final = "kraken"
ERRORS: Final = "https://docs.kraken.com/api/docs/guides/spot-errors"
ASSETS: Final = {"XBT": "BTC", "XDG": "DOGE"}  # `wsname` keeps Kraken's old codes, everyone else does not
OPEN: Final = frozenset({"online", "limit_only"})  # states in which a limit order may rest and take
PERCENT_DECIMALS: Final = 6  # a percentage × 10⁶ is a fraction × 10⁸

REFUSALS: Final[Mapping[str, RejectReason]] = {
    "EQuery:Unknown asset pair": RejectReason.INVALID_PARAMS,
    "EQuery:Invalid asset pair": RejectReason.INVALID_PARAMS,
    "EGeneral:Invalid arguments": RejectReason.INVALID_PARAMS,
    "EGeneral:Permission denied": RejectReason.AUTH,
    "EAPI:Rate limit exceeded": RejectReason.RATE_LIMIT,
    "EGeneral:Too many requests": RejectReason.RATE_LIMIT,
    "EGeneral:Temporary lockout": RejectReason.RATE_LIMIT,
    "EService: Throttled": RejectReason.RATE_LIMIT,
    "EService:Unavailable": RejectReason.EXCHANGE_BUSY,
    "EService:Busy": RejectReason.EXCHANGE_BUSY,
}

_ANSWER: Final = msgspec.json.Decoder(wire.Answer)
_NUMBERS: Final = msgspec.json.Decoder(list[wire.NumberBook])
_EXACTS: Final = msgspec.json.Decoder(list[wire.ExactBook])
_PRINTS: Final = msgspec.json.Decoder(list[wire.Print])
_REST_SIDES: Final = {"b": Side.BUY, "s": Side.SELL}
_STREAM_SIDES: Final = {"buy": Side.BUY, "sell": Side.SELL}


def read(response: Response, decoder: msgspec.json.Decoder[T], build: Callable[[T], R]) -> R:
    """Read a REST answer and build our value of its result.

    Raises: Refused for an error in `REFUSALS` or HTTP 429; OutcomeUnknown for any other error, for an unreadable body
        and for numbers that do not fit.
    """
    if response.status == 429:
        raise Refused("too many requests", venue=VENUE, reason=RejectReason.RATE_LIMIT, code="429", source=ERRORS)
    if response.status >= 500:
        raise OutcomeUnknown("the venue failed", venue=VENUE, code=str(response.status))
    return understand(VENUE, response, lambda body: build(decoder.decode(_unwrap(body))))


def _unwrap(body: bytes) -> msgspec.Raw:
    answer = _ANSWER.decode(body)
    _raise_error(answer.error)
    return answer.result


def _raise_error(messages: list[str]) -> None:
    for message in messages:
        if message.startswith("W"):
            continue
        reason = next((why for code, why in REFUSALS.items() if message.startswith(code)), None)
        if reason is None:
            raise OutcomeUnknown("an error that proves no refusal", venue=VENUE, code=message, source=ERRORS)
        raise Refused("the venue refused", venue=VENUE, reason=reason, code=message, source=ERRORS)


def parse_instruments(pairs: wire.Pairs) -> Sequence[Instrument]:
    """Read AssetPairs."""
    found = (parse_instrument(pair) for pair in pairs.values())
    return [instrument for instrument in found if instrument is not None]


def parse_instrument(pair: wire.Pair) -> Instrument | None:
    """Read one pair; None for a dark pool, which has no public book."""
    if not pair.wsname:
        return None
    base, quote = (ASSETS.get(asset, asset) for asset in pair.wsname.split("/"))
    grid = read_grid(lambda: _parse_grid(pair))
    return Instrument(
        symbol=f"{base}-{quote}",
        kind=Kind.SPOT,
        venue=VENUE,
        venue_symbol=pair.altname,
        base=base,
        quote=quote,
        tick=grid.tick,
        lot=grid.lot,
        min_qty=grid.min_qty,
        min_notional=grid.min_notional,
        px_decimals=pair.pair_decimals,
        qty_decimals=pair.lot_decimals,
        fees=parse_fees(pair),
        untradable=grid.misfit or ("" if pair.status in OPEN else f"the venue says {pair.status}"),
    )


def _parse_grid(pair: wire.Pair) -> Grid:
    return Grid(
        tick=parse_px(pair.tick_size or f"1e-{pair.pair_decimals}"),
        lot=parse_qty(f"1e-{pair.lot_decimals}"),
        min_qty=parse_qty(pair.ordermin),
        min_notional=parse_usd(pair.costmin),
    )


def parse_schedule(pairs: wire.Pairs) -> FeeSchedule:
    """Read the fees of the one pair that was asked for."""
    (pair,) = pairs.values()
    return parse_fees(pair)


def parse_fees(pair: wire.Pair) -> FeeSchedule:
    """Read the rates of the lowest volume tier, which is what an account without history pays."""
    return FeeSchedule(
        maker=_parse_percent(pair.fees_maker),
        taker=_parse_percent(pair.fees),
        source="AssetPairs fees and fees_maker, lowest tier",
    )


def _parse_percent(tiers: list[tuple[Decimal, Decimal]]) -> Rate | None:
    return Rate(parse_fixed(str(tiers[0][1]), PERCENT_DECIMALS)) if tiers else None


def parse_depth(depths: wire.Depths, symbol: str) -> BookSnapshot:
    """Read the REST book of one pair; it has neither sequence nor checksum nor one time."""
    (depth,) = depths.values()
    return BookSnapshot(symbol=symbol, bids=_parse_rungs(depth.bids), asks=_parse_rungs(depth.asks))


def _parse_rungs(rungs: list[wire.Rung]) -> Levels:
    return text_levels([(rung.price, rung.volume) for rung in rungs])


def parse_trades(trades: wire.Trades, symbol: str, limit: int) -> Sequence[TradePrint]:
    """Read the last trades of one pair, oldest first as Kraken lists them."""
    lists = (each for each in trades.values() if not isinstance(each, str))
    return [parse_trade(trade, symbol) for each in lists for trade in each][-limit:]


def parse_trade(trade: wire.Trade, symbol: str) -> TradePrint:
    """Read one trade of the REST list."""
    return TradePrint(
        symbol=symbol,
        trade_id=str(trade.trade_id),
        px=parse_px(trade.price),
        qty=parse_qty(trade.volume),
        taker=_REST_SIDES[trade.side],
        ts=Nanos(parse_fixed(str(trade.time), 9)),
    )


def parse_books(data: msgspec.Raw, symbols: Mapping[str, str], memo: PxMemo) -> list[BookDelta]:
    """Read the books of one message as changes. `symbols` maps Kraken's spelling to ours.

    Raises: ValueError for a book that is not in `symbols` or is misshapen.
    """
    try:
        books = _NUMBERS.decode(data)
        return [
            _build(book, symbols, _number_levels(book.bids, memo), _number_levels(book.asks, memo)) for book in books
        ]
    except TooLarge:
        exacts = _EXACTS.decode(data)
        return [_build(book, symbols, _text_levels(book.bids), _text_levels(book.asks)) for book in exacts]


def _build(book: wire.NumberBook | wire.ExactBook, symbols: Mapping[str, str], bids: Levels, asks: Levels) -> BookDelta:
    return BookDelta(
        symbol=find_symbol(symbols, book.symbol),
        bids=bids,
        asks=asks,
        checksum=book.checksum,
        ts=parse_instant(book.timestamp) if book.timestamp else Nanos(0),
    )


def _number_levels(levels: list[wire.Number], memo: PxMemo) -> Levels:
    return exact_levels([(level.price, level.qty) for level in levels], memo)


def _text_levels(levels: list[wire.Exact]) -> Levels:
    return text_levels([(str(level.price), str(level.qty)) for level in levels])


def as_snapshot(book: BookDelta) -> BookSnapshot:
    """Take a change of an empty book for the whole book: Kraken writes both in one shape."""
    return BookSnapshot(symbol=book.symbol, bids=book.bids, asks=book.asks, checksum=book.checksum, ts=book.ts)


def parse_prints(data: msgspec.Raw, symbols: Mapping[str, str]) -> list[TradePrint]:
    """Read the trades of one message. Raises: ValueError as `parse_books`."""
    return [_parse_print(trade, symbols) for trade in _PRINTS.decode(data)]


def _parse_print(trade: wire.Print, symbols: Mapping[str, str]) -> TradePrint:
    return TradePrint(
        symbol=find_symbol(symbols, trade.symbol),
        trade_id=str(trade.trade_id),
        px=parse_px(str(trade.price)),
        qty=parse_qty(str(trade.qty)),
        taker=_STREAM_SIDES[trade.side],
        ts=parse_instant(trade.timestamp),
    )


def find_symbol(symbols: Mapping[str, str], name: str) -> str:
    """Translate Kraken's spelling. Raises: ValueError for what we did not ask for."""
    symbol = symbols.get(name)
    if symbol is None:
        raise ValueError(f"expected one of {len(symbols)} subscribed symbols, found {name!r}")
    return symbol
