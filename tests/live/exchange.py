"""A Binance on this machine: REST and WebSocket of the documented shapes, one account, a market set by the test.

Shapes: https://github.com/binance/binance-spot-api-docs rest-api.md and web-socket-streams.md, read 2026-11-21. Private
calls are signed, and the signature is checked over the raw query. It counts what it was asked, goes wrong on request,
and can be closed and opened.
"""

from __future__ import annotations

import hmac
import json
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from aiohttp import WSCloseCode, web

from tests.live import shape
from tests.live.account import Account, Order, Trade
from tests.live.account_stream import AccountStream
from tests.live.fault import Fault, Work
from tests.live.matching import Levels, Matching, Refusal

KEY: Final = "stand-in-key"
SECRET: Final = "stand-in-secret-that-nobody-may-see"
BIDS: Final = (("99.50", "2.0"), ("99.00", "1.0"))
ASKS: Final = (("100.50", "1.5"), ("101.00", "3.0"))


class BinanceStandIn:
    """One server for both protocols. `streams_on` off refuses sockets, `books_on` off answers 503.

    `private` is the account's stream, which refuses sockets until a test opens it.
    `on_order` is called when a submission arrives, before anything is done with it. `hidden` is how many times
    myTrades leaves the newest trade out.
    """

    def __init__(
        self,
        symbols: tuple[str, ...] = ("BTCUSDT", "ETHUSDT"),
        quote: str = "USDT",
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        self.asked: Counter[str] = Counter()
        self.streams: list[list[str]] = []
        self.signatures: list[str] = []
        self.streams_on = True
        self.books_on = True
        self.port = 0
        self.hidden = 0
        self.on_order: Callable[[str], None] = lambda client_id: None
        self.account = Account(USDT="100000", BTC="10", ETH="50")
        self.matching = Matching(self.account, quote, lambda: now() // 1_000_000)
        self.private = AccountStream(KEY, SECRET)
        self.matching.told = self._tell_account
        self._symbols, self._quote = symbols, quote
        for symbol in symbols:
            self.matching.books[symbol] = _levels(BIDS), _levels(ASKS)
        self.always: dict[str, Fault] = {}  # calls that go wrong until the test takes them out
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._sockets: list[web.WebSocketResponse] = []
        self._last = 100
        self._runner: web.AppRunner | None = None

    @property
    def hosts(self) -> dict[str, dict[str, str]]:
        """What a source is given to talk to us."""
        http, ws = f"http://127.0.0.1:{self.port}", f"ws://127.0.0.1:{self.port}"
        return {"binance": {"rest": http, "stream": ws, "account": ws}}

    @property
    def orders(self) -> list[Order]:
        """Every order that was ever taken."""
        return self.matching.orders

    @property
    def submissions(self) -> int:
        """How many orders were sent to us, whatever became of them."""
        return self.asked["POST order"]

    async def open(self) -> None:
        """Listen, on the same port as before."""
        app = web.Application()
        app.router.add_get("/stream", self._stream)
        app.router.add_get("/ws-api/v3", self.private.serve)
        for method, path, work, is_signed in self._calls():
            app.router.add_route(method, f"/api/v3/{path}", self._handler(f"{method} {path}", work, is_signed))
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Close every socket and stop listening."""
        await self.hang_up()
        await self.private.hang_up()
        if self._runner is not None:
            await self._runner.cleanup()

    async def hang_up(self) -> None:
        """Close every socket."""
        for socket in self._sockets:
            await socket.close(code=WSCloseCode.GOING_AWAY)
        self._sockets.clear()

    def spoil(self, call: str, *faults: Fault) -> None:
        """Let the next calls of a kind, such as "POST order", go wrong, one fault each."""
        self._faults[call].extend(faults)

    async def change(self, symbol: str, bids: list[list[str]], asks: list[list[str]], skip: int = 0) -> None:
        """Send one change of a book, the next in its sequence; `skip` changes before it are lost."""
        first = self._last = self._last + 1 + skip
        event = {"e": "depthUpdate", "E": 1_795_000_000_000, "s": symbol, "U": first, "u": first, "b": bids, "a": asks}
        await self._send({"stream": f"{symbol.lower()}@depth@100ms", "data": event})

    async def trade(self, symbol: str, price: str, qty: str) -> None:
        """Send one trade whose taker bought."""
        event = {"e": "trade", "E": 1, "s": symbol, "t": 7, "p": price, "q": qty, "T": 1_795_000_000_000, "m": False}
        await self._send({"stream": f"{symbol.lower()}@trade", "data": event})

    @property
    def seq(self) -> int:
        """The number of the last change of a book."""
        return self._last

    async def _send(self, message: dict[str, Any]) -> None:
        for socket in self._sockets:
            if not socket.closed:
                await socket.send_str(json.dumps(message, separators=(",", ":")))

    def _tell_account(self, order: Order, what: str, trade: Trade | None) -> None:
        self.private.tell(shape.execution(order, what, trade))
        self.private.tell(shape.position(self.account.assets))

    def _calls(self) -> list[tuple[str, str, Callable[[web.Request], Any], bool]]:
        """List every call: method, path, what it does, whether it is signed."""
        return [
            ("GET", "exchangeInfo", self._info, False),
            ("GET", "depth", self._depth, False),
            ("POST", "order", self._place, True),
            ("GET", "order", self._query, True),
            ("DELETE", "order", self._cancel, True),
            ("POST", "order/cancelReplace", self._replace, True),
            ("PUT", "order/amend/keepPriority", self._shrink, True),
            ("GET", "openOrders", self._open_orders, True),
            ("DELETE", "openOrders", self._cancel_all, True),
            ("GET", "myTrades", self._my_trades, True),
            ("GET", "account", self._balances, True),
            ("GET", "account/commission", lambda request: shape.commission(request.query["symbol"]), True),
        ]

    def _handler(self, call: str, work: Callable[[web.Request], Any], is_signed: bool) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.asked[call] += 1
            if is_signed and (refusal := self._unproven(request)):
                return refusal
            if call == "POST order":
                self.on_order(request.query["newClientOrderId"])
            answer: Work = lambda: _answer(work, request)  # noqa: E731 - handed to a fault, or called
            faults = self._faults[call]
            fault = faults.popleft() if faults else self.always.get(call)
            return await fault(request, answer) if fault else answer()

        return handle

    def _unproven(self, request: web.Request) -> web.Response | None:
        payload, _, proof = request.rel_url.raw_query_string.rpartition("&signature=")
        self.signatures.append(proof)
        if request.headers.get("X-MBX-APIKEY") != KEY:
            return _no(-2015, "Invalid API-key, IP, or permissions for action.", 401)
        if proof != hmac.digest(SECRET.encode(), payload.encode(), "sha256").hex():
            return _no(-1022, "Signature for this request is not valid.")
        return None

    def _info(self, _: web.Request) -> Any:
        return {"timezone": "UTC", "symbols": [shape.symbol(name, self._quote) for name in self._symbols]}

    def _depth(self, request: web.Request) -> Any:
        symbol = request.query["symbol"]
        self.asked[f"depth {symbol}"] += 1
        if not self.books_on:
            raise web.HTTPServiceUnavailable(text='{"code": -1001, "msg": "Internal error"}')
        bids, asks = self.matching.books[symbol]
        return {"lastUpdateId": self._last, "bids": shape.levels(bids), "asks": shape.levels(asks)}

    def _place(self, request: web.Request) -> Any:
        asked = request.query
        order = self.matching.place(
            asked["symbol"],
            asked["side"],
            asked["type"],
            asked.get("timeInForce", "GTC"),
            Decimal(asked["quantity"]),
            Decimal(asked.get("price", "0")),
            asked["newClientOrderId"],
        )
        return shape.full(order)

    def _query(self, request: web.Request) -> Any:
        return shape.report(self._named(request, "orderId", "origClientOrderId"))

    def _cancel(self, request: web.Request) -> Any:
        try:
            order = self._named(request, "orderId", "origClientOrderId")
        except Refusal:
            raise Refusal(-2011, "Unknown order sent.") from None
        self.matching.cancel(order)
        return shape.cancelled(order)

    def _replace(self, request: web.Request) -> Any:
        order = self._named(request, "cancelOrderId", "cancelOrigClientOrderId")
        self.matching.cancel(order)
        both = {"cancelResult": "SUCCESS", "newOrderResult": "SUCCESS"}
        return {**both, "cancelResponse": shape.cancelled(order), "newOrderResponse": self._place(request)}

    def _shrink(self, request: web.Request) -> Any:
        order = self._named(request, "orderId", "origClientOrderId")
        self.matching.shrink(order, Decimal(request.query["newQty"]), request.query["newClientOrderId"])
        return shape.amended(order)

    def _open_orders(self, request: web.Request) -> Any:
        return [shape.report(order) for order in self._live(request)]

    def _cancel_all(self, request: web.Request) -> Any:
        live = self._live(request)
        if not live:
            raise Refusal(-2011, "Unknown order sent.")
        for order in live:
            self.matching.cancel(order)
        return [shape.cancelled(order) for order in live]

    def _my_trades(self, request: web.Request) -> Any:
        start, end = int(request.query["startTime"]), int(request.query["endTime"])
        trades = [pair for pair in self._trades(request.query["symbol"]) if start <= pair[1].time <= end]
        if self.hidden:
            self.hidden -= 1
            trades = trades[:-1]
        return [shape.trade(order, trade) for order, trade in trades]

    def _trades(self, symbol: str) -> list[tuple[Order, Trade]]:
        return [(order, trade) for order in self.orders if order.symbol == symbol for trade in order.trades]

    def _balances(self, _: web.Request) -> Any:
        return {"balances": [shape.balance(asset, held) for asset, held in self.account.assets.items() if held.total]}

    def _live(self, request: web.Request) -> list[Order]:
        symbol = request.query.get("symbol")
        return [order for order in self.orders if order.is_live and symbol in (None, order.symbol)]

    def _named(self, request: web.Request, by_id: str, by_client: str) -> Order:
        if by_id in request.query:
            return self.matching.numbered(int(request.query[by_id]))
        return self.matching.named(request.query[by_client])

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if not self.streams_on:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.streams.append(request.query["streams"].split("/"))
        self._sockets.append(socket)
        async for _ in socket:
            pass
        return socket


def _answer(work: Callable[[web.Request], Any], request: web.Request) -> web.Response:
    try:
        return web.json_response(work(request))
    except Refusal as no:
        return _no(no.code, no.message)


def _no(code: int, message: str, status: int = 400) -> web.Response:
    return web.json_response({"code": code, "msg": message}, status=status)


def _levels(rows: tuple[tuple[str, str], ...]) -> Levels:
    return [(Decimal(px), Decimal(qty)) for px, qty in rows]
