"""Binance spot: the shapes of REST answers, in the venue's own spelling.

Used by `answers.py`, `parse.py`, `symbols.py` and `amend.py`. Only the fields that we read are named; the venue adds
new ones without notice. Numbers that are money stay text here.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

import msgspec

Rows = list[tuple[str, str]]


class Filter(msgspec.Struct, frozen=True):
    """One rule of a symbol; which fields it has depends on `filterType`."""

    filterType: str
    tickSize: str = "0"
    stepSize: str = "0"
    minQty: str = "0"
    maxQty: str = "0"
    minNotional: str = "0"


class Symbol(msgspec.Struct, frozen=True):
    """One market of `exchangeInfo`."""

    symbol: str
    status: str
    baseAsset: str
    quoteAsset: str
    filters: list[Filter]
    isSpotTradingAllowed: bool = True
    amendAllowed: bool = False


class ExchangeInfo(msgspec.Struct, frozen=True):
    symbols: list[Symbol]


class DepthSnapshot(msgspec.Struct, frozen=True):
    lastUpdateId: int
    bids: Rows
    asks: Rows


class RestTrade(msgspec.Struct, frozen=True):
    id: int
    price: str
    qty: str
    time: int
    isBuyerMaker: bool


class Rates(msgspec.Struct, frozen=True):
    maker: str
    taker: str
    buyer: str = "0"
    seller: str = "0"


class Commission(msgspec.Struct, frozen=True):
    """What one symbol costs this account: the three are added up."""

    symbol: str
    standardCommission: Rates
    specialCommission: Rates = Rates("0", "0")
    taxCommission: Rates = Rates("0", "0")


class OrderFill(msgspec.Struct, frozen=True):
    price: str
    qty: str
    commission: str
    commissionAsset: str
    tradeId: int


class Order(msgspec.Struct, frozen=True):
    """One order: the answer to a submit, a cancel, a query. A cancel gives our own id as `origClientOrderId`."""

    symbol: str
    orderId: int
    clientOrderId: str
    status: str
    side: str
    origQty: str
    executedQty: str
    price: str = "0"
    cummulativeQuoteQty: str = "0"
    origClientOrderId: str = ""
    fills: list[OrderFill] = []
    transactTime: int = 0
    updateTime: int = 0
    time: int = 0
    expiryReason: str = ""


class CancelledEntry(msgspec.Struct, frozen=True):
    """One entry of a cancel-all: an order, or a whole order list with its orders in `orderReports`."""

    orderId: int = 0
    origClientOrderId: str = ""
    executedQty: str = "0"
    status: str = "CANCELED"
    orderReports: list[Order] = []


class AmendedOrder(msgspec.Struct, frozen=True):
    """An order after keepPriority: a shape of its own, whose total is `qty` where an `Order` has `origQty`."""

    orderId: int
    clientOrderId: str
    status: str
    executedQty: str


class Amended(msgspec.Struct, frozen=True):
    transactTime: int
    amendedOrder: AmendedOrder


class Replaced(msgspec.Struct, frozen=True):
    cancelResponse: Order
    newOrderResponse: Order


class Error(msgspec.Struct, frozen=True):
    code: int
    msg: str


class Half(msgspec.Struct, frozen=True):
    """One half of a failed cancelReplace: an error, or the order that it made or took off."""

    code: int = 0
    msg: str = ""
    orderId: int = 0
    executedQty: str = "0"


class ReplaceOutcome(msgspec.Struct, frozen=True):
    """What a failed cancelReplace says of its halves: SUCCESS, FAILURE or NOT_ATTEMPTED."""

    cancelResult: str
    newOrderResult: str
    cancelResponse: Half | None = None
    newOrderResponse: Half | None = None


class ReplaceError(msgspec.Struct, frozen=True):
    code: int
    msg: str
    data: ReplaceOutcome


class MyTrade(msgspec.Struct, frozen=True):
    symbol: str
    id: int
    orderId: int
    price: str
    qty: str
    commission: str
    commissionAsset: str
    time: int
    isBuyer: bool
    isMaker: bool


class Held(msgspec.Struct, frozen=True):
    asset: str
    free: str
    locked: str


class Account(msgspec.Struct, frozen=True):
    balances: list[Held]
