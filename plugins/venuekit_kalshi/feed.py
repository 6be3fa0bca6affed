"""Kalshi: one socket of books and trades.

Made by `venue.py`. One subscription serves all books, and both outcomes of each market. What must stay true: `seq` of
the books' subscription rises by one with every frame of it, answers to commands included; after a gap no book of it is
trusted until its next snapshot, which is asked for. Prices come in the terms of YES, because we ask for that: the
default will change.
Source: AsyncAPI 2026-10 (https://docs.kalshi.com/asyncapi.yaml), read 2026-11-21; that answers to commands take a `seq`
was seen by others on the demo exchange in 2026-08.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, Gap, MarketEvent, TradePrint
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Nanos, parse_qty
from venuekit.venue import Feed, Outbound
from venuekit.wire import Frame
from venuekit_kalshi.caller import Caller
from venuekit_kalshi.frames import ANSWERS, Delta, Envelope, Print, Snapshot, Subscribed, Trouble, read_envelope
from venuekit_kalshi.line import PASSING, SILENCE_S, TERMINAL, Line
from venuekit_kalshi.outcome import read_word, restate_book, restate_print, to_px, to_side
from venuekit_kalshi.parse import to_levels, to_ts
from venuekit_kalshi.sizes import Sizes

BOOKS: Final = "orderbook_delta"
TRADES: Final = "trade"
PATIENCE: Final = 10 * NANOS_PER_S  # before a snapshot that was asked for is asked for again
# Whose resting orders a change is about: with `use_yes_price` a bid for NO is told as an offer of YES.
SIDES: Final[Mapping[str, Side]] = {"yes": Side.BUY, "no": Side.SELL}

_decode_subscribed: Final = msgspec.json.Decoder(Subscribed).decode
_decode_snapshot: Final = msgspec.json.Decoder(Snapshot).decode
_decode_delta: Final = msgspec.json.Decoder(Delta).decode
_decode_print: Final = msgspec.json.Decoder(Print).decode
_decode_trouble: Final = msgspec.json.Decoder(Trouble).decode


class KalshiFeed(Feed):
    """Reads books and public trades of some instruments; block trades, matched off the book, are left out."""

    silence_s = SILENCE_S

    def __init__(self, instruments: Sequence[Instrument], caller: Caller) -> None:
        self.instruments: Mapping[str, Instrument] = {item.symbol: item for item in instruments}
        self.url = caller.socket
        self._caller, self._line = caller, Line()
        self._markets: dict[str, list[Instrument]] = {}
        for item in self.instruments.values():
            self._markets.setdefault(item.venue_symbol, []).append(item)
        self._readers: Mapping[str, Callable[[Envelope], list[MarketEvent]]] = {
            "subscribed": self._subscribed,
            "orderbook_snapshot": self._snapshot,
            "orderbook_delta": self._delta,
            "trade": self._trade,
            "error": self._trouble,
        }
        self._forget(Nanos(0))

    def _forget(self, now: Nanos) -> None:
        self._now = now
        self._sid: int | None = None  # of the books
        self._seq: int | None = None
        self._books: dict[str, Sizes] = {}
        self._wanted: set[str] = set()  # tickers whose snapshot is to be asked for
        self._asked = dict.fromkeys(self._markets, now)  # those that are on their way, and since when

    def handshake(self, now: Nanos) -> tuple[tuple[str, str], ...]:
        """Prove who reads. Raises: NotSent without keys: the venue wants them for public channels too."""
        return self._caller.handshake(now)

    def opened(self, now: Nanos) -> None:
        """Subscribe to books and trades."""
        self._forget(now)
        self._line.reopen()
        tickers = list(self._markets)
        if tickers:
            self._line.command("subscribe", channels=[BOOKS], market_tickers=tickers, use_yes_price=True)
            self._line.command("subscribe", channels=[TRADES], market_tickers=tickers)

    def beat(self, now: Nanos) -> None:
        """Ask again for snapshots that did not come; reconnect where even the subscription was not answered."""
        self._now = now
        late = [ticker for ticker, since in self._asked.items() if now - since >= PATIENCE]
        if late and self._sid is None:
            self._line.reconnect("the subscription was not answered")
        else:
            self._wanted.update(late)

    def pending(self) -> list[Outbound]:
        """Take what is to be sent; the snapshots that are wanted go out as one command."""
        if self._wanted and self._sid is not None:
            tickers = sorted(self._wanted)
            self._line.command("update_subscription", sids=[self._sid], action="get_snapshot", market_tickers=tickers)
            self._asked |= dict.fromkeys(tickers, self._now)
            self._wanted.clear()
        return self._line.take()

    def resync(self, symbol: str, reason: str) -> None:
        """Ask for a market's snapshot, unless one is on its way; both its outcomes come of it."""
        ticker = self.instruments[symbol].venue_symbol
        if ticker not in self._asked:
            self._wanted.add(ticker)

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        """Read one frame. Raises: ValueError for what is not as documented, and for an error that names no market."""
        self._now = now
        told = read_envelope(frame)
        lost = self._follow(told)
        if lost is None:
            return []
        read = self._readers.get(told.type)
        if read is None and told.sid == self._sid is not None and told.type not in ANSWERS:
            raise ValueError(f"a frame of the books is of the unknown type {told.type!r}")
        return lost + read(told) if read else lost

    def _follow(self, told: Envelope) -> list[MarketEvent] | None:
        """Count a frame of the books' subscription; None for one that was counted already."""
        if told.seq is None or told.sid is None or told.sid != self._sid:
            return []
        last, self._seq = self._seq, told.seq
        if last is None or told.seq == last + 1:
            return []
        if told.seq == last:
            return None
        return self._lose(self._markets, f"sequence gap: expected {last + 1}, found {told.seq}")

    def _lose(self, tickers: Iterable[str], reason: str) -> list[MarketEvent]:
        # The core asks for each of these again through `resync`.
        lost: list[MarketEvent] = []
        for ticker in tickers:
            self._books.pop(ticker, None)
            self._asked.pop(ticker, None)
            lost += [Gap(item.symbol, reason) for item in self._markets.get(ticker, ())]
        return lost

    def _subscribed(self, told: Envelope) -> list[MarketEvent]:
        answer = _decode_subscribed(told.msg)
        if answer.channel == BOOKS:
            self._sid, self._seq = answer.sid, None
        return []

    def _snapshot(self, told: Envelope) -> list[MarketEvent]:
        book = _decode_snapshot(told.msg)
        items, seq = self._items(book.market_ticker), _require_seq(told)
        bids, asks = to_levels(book.yes_dollars_fp), to_levels(book.no_dollars_fp)
        self._asked.pop(book.market_ticker, None)
        self._wanted.discard(book.market_ticker)
        self._books[book.market_ticker] = Sizes(bids, asks, seq)
        whole = BookSnapshot("", bids, asks, seq, ts=to_ts(told.sending_ts_ms))
        return [restate_book(whole, item) for item in items]

    def _delta(self, told: Envelope) -> list[MarketEvent]:
        change = _decode_delta(told.msg)
        items, seq = self._items(change.market_ticker), _require_seq(told)
        sizes = self._books.get(change.market_ticker)
        if sizes is None:
            return []  # its snapshot is still to come
        side, px = read_word(SIDES, change.side, "outcome"), to_px(change.price_dollars)
        try:
            rests = sizes.add(side, px, parse_qty(change.delta_fp))
        except ValueError as error:
            return self._lose([change.market_ticker], f"the book is not what the venue has: {error}")
        first, sizes.seq = sizes.seq + 1, seq
        bids, asks = ([(px, rests)], []) if side.buys else ([], [(px, rests)])
        delta = BookDelta("", bids, asks, first, seq, ts=to_ts(change.ts_ms or told.sending_ts_ms))
        return [restate_book(delta, item) for item in items]

    def _items(self, ticker: str) -> list[Instrument]:
        # Only our markets were subscribed, so a book of another is one of ours that cannot be told.
        return read_word(self._markets, ticker, "market")

    def _trade(self, told: Envelope) -> list[MarketEvent]:
        trade = _decode_print(told.msg)
        if trade.is_block_trade:
            return []
        px, taker = to_px(trade.yes_price_dollars), to_side(trade.taker_book_side)
        made = TradePrint("", trade.trade_id, px, parse_qty(trade.count_fp), taker, to_ts(trade.ts_ms))
        return [restate_print(made, item) for item in self._markets.get(trade.market_ticker, ())]

    def _trouble(self, told: Envelope) -> list[MarketEvent]:
        trouble = _decode_trouble(told.msg)
        reason = f"the venue says: {trouble.msg} [{trouble.code}]"
        if trouble.code in TERMINAL:
            self._line.reconnect(reason)
            return [Gap("", reason)]
        if trouble.code in PASSING:
            return []
        tickers = trouble.market_tickers or ([trouble.market_ticker] if trouble.market_ticker else [])
        if not tickers:
            raise ValueError(f"kalshi: {reason}")
        return self._lose(tickers, reason)


def _require_seq(told: Envelope) -> int:
    if told.seq is None:
        raise ValueError(f"a frame of the type {told.type} has no seq")
    return told.seq
