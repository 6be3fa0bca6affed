"""An engine's HTTP face for the tests of the SDK and the CLI: canned answers, every request kept, failures on demand.

It listens on loopback in a thread of its own, so that plain clients and other processes can ask it.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

KEY = "seq_test_" + "5ec4e7" * 10
QTY, PX = 10**8, 10**9
GRAPH = "graph_00000000000000000000000000000001"
NODE = f"graph:{GRAPH}:order:1"

QUOTE = {
    "symbol": "BTC-USD",
    "source": "edge_nbbo",
    "nbbo": {"bid": 100.0, "ask": 101.0, "mid": 100.5, "spread_bps": 99.5},
    "venues": {
        "binance": {"bid": 100.0, "ask": 101.5, "bid_size": 1.5, "ask_size": 2.0, "age_ms": 42, "state": "live"},
        "kraken": {"bid": 99.0, "ask": 101.0, "bid_size": 3.0, "ask_size": 1.0, "age_ms": 7, "state": "stale"},
    },
    "book": {"bids": [{"price": 100.0, "size": 1.5, "venue": "binance"}], "asks": []},
    "a_later_field": 1,
}
ORDER = {
    "node_order_id": NODE, "client_id": "client_1", "side": "BUY", "symbol": "BTC-USD", "qty_1e8": 4 * QTY,
    "filled_qty_1e8": QTY, "status": "PARTIAL", "constraints": None, "created_unix_ns": 1_700_000_000_123_000_000,
    "updated_unix_ns": 1_700_000_000_123_000_000, "failure_reason": None, "avg_fill_price_1e9": 100 * PX,
}  # fmt: skip
FILL = {
    "fill_id": "f1", "node_order_id": NODE, "symbol": "BTC-USD", "side": "BUY", "qty_1e8": QTY, "price_1e9": 100 * PX,
    "venue": "binance", "fee_1e9": PX // 10, "timestamp_ns": 1_700_000_000_123_000_000, "fee_asset": "USD",
}  # fmt: skip
POSITION = {
    "id": 1, "venue": "binance", "instrument": {"kind": "crypto", "symbol": "BTC"}, "qty_1e8": 2 * QTY,
    "locked_qty_1e8": 0, "available_qty_1e8": 2 * QTY, "entry_price_usd_1e9": 99 * PX,
    "current_price_usd_1e9": 100 * PX, "current_value_usd_1e9": 200 * PX, "unrealized_pnl_usd_1e9": 2 * PX,
    "realized_pnl_usd_1e9": 0, "fees_usd_1e9": 0, "lifecycle": {"state": "active"}, "transferable": True,
    "settled": False, "settled_mark_usd_1e9": None,
}  # fmt: skip
TOTALS = {
    "nav_usd_1e9": 200 * PX, "cash_usd_1e9": 0, "unrealized_pnl_usd_1e9": 2 * PX, "realized_pnl_usd_1e9": 0,
    "fees_usd_1e9": 0, "num_positions": 1,
}  # fmt: skip
PAGE = {"total": 1, "limit": 50, "offset": 0, "has_more": False}
LEG = {
    "venue": "binance", "side": "buy", "qty_1e8": QTY, "limit_px_1e9": 102 * PX, "avg_px_1e9": 101 * PX,
    "cost_bps": 12.5, "fee_bps": 10.0,
}  # fmt: skip
PREVIEW = {
    "symbol": "BTC-USD", "side": "buy", "qty_1e8": QTY, "candidate_venues": ["binance"], "best_venue": "binance",
    "estimated_fee_bps": 10.0, "worst_case_fee_bps": 10.0, "estimated_slippage_bps": 2.5,
    "estimated_total_cost_bps": 12.5, "historical_ttff": None,
    "nbbo": {"bid_px_1e9": 100 * PX, "ask_px_1e9": 101 * PX, "mid_px_1e9": None, "spread_bps": None},
    "source": "edge_nbbo", "generated_at_ns": 1, "legs": [LEG], "residual_qty_1e8": 0, "excluded": {"kraken": "STALE"},
}  # fmt: skip
KEY_ROW = {"key_id": "k1", "label": "mine", "prefix": "seq_test_5e", "sandbox": True, "created_at_ns": 1}
STATUS = {
    "graph_id": GRAPH, "client_id": "client_1", "status": "completed", "edges": {},
    "nodes": {"order": {
        "status": "filled", "node_order_id": NODE, "target_qty_1e8": QTY, "filled_qty_1e8": QTY,
        "avg_fill_price_1e9": 100 * PX, "fill_count": 1, "reason": None,
    }},
}  # fmt: skip
ACCOUNT = {
    "client_id": "client_1", "tier": "self-hosted", "rate_limit_qps": 1000.0, "burst": 2000.0,
    "features": {"sandbox": True}, "is_sandbox": True,
}  # fmt: skip
CANNED: dict[tuple[str, str], Any] = {
    ("GET", "/v1/health/live"): {"status": "ok"},
    ("GET", "/v1/credentials"): [{"venue": "binance", "connected": True, "last_heartbeat_ns": 1, "error": None}],
    ("PUT", "/v1/credentials/binance"): {"venue": "binance", "connected": True},
    ("PUT", "/v1/credentials/kalshi"): {"venue": "kalshi", "connected": True},
    ("PUT", "/v1/credentials/polymarket"): {"venue": "polymarket", "connected": True},
    ("DELETE", "/v1/credentials/binance"): None,
    ("GET", "/v1/account"): ACCOUNT,
    ("GET", "/v1/api_keys"): {"api_keys": [KEY_ROW]},
    ("POST", "/v1/api_keys"): {**KEY_ROW, "key": "seq_test_" + "9" * 64},
    ("POST", "/v1/api_keys/k1/rotate"): {**KEY_ROW, "key": "seq_test_" + "8" * 64},
    ("DELETE", "/v1/api_keys/k1"): {"key_id": "k1", "revoked": True},
    ("GET", "/v1/quotes/BTC-USD"): QUOTE,
    ("GET", "/v1/quotes/https%3A%2F%2Fpolymarket.com%2Fevent%2Fx"): {**QUOTE, "symbol": "x"},
    ("GET", "/v1/quotes"): {"quotes": [{key: QUOTE[key] for key in ("symbol", "source", "nbbo", "venues")}]},
    ("POST", "/v1/quotes_batch"): {
        "quotes": [QUOTE, {"symbol": "NO-PE", "error": "resolver: unknown symbol"}],
        "count": 2,
        "elapsed_ms": 1,
    },
    ("GET", "/v1/symbols"): [
        {
            "symbol": "BTC-USD", "base": "BTC", "quote": "USD", "venues": ["binance", "kraken"], "type": "spot",
            "instrument_type": "spot",
        }
    ],
    ("GET", "/v1/fees"): {
        "ticker": "BTC-USD",
        "fees": [
            {"venue": "binance", "maker_bps": 10.0, "taker_bps": None, "fee_model": "maker_taker",
             "components": {"rate_bps": 10.0}, "formula": {}, "source": "plugin"}
        ],
    },
    ("POST", "/v1/orders/preview"): PREVIEW,
    ("POST", "/v1/orders"): {"graph_id": GRAPH, "status": "active", "node_count": 1, "edge_count": 0},
    ("GET", "/v1/orders"): {"orders": [ORDER], **PAGE},
    ("GET", f"/v1/orders/{NODE.replace(':', '%3A')}"): ORDER,
    ("GET", "/v1/fills"): {"fills": [FILL], **PAGE},
    ("GET", f"/v1/execution_graphs/{GRAPH}"): STATUS,
    ("DELETE", f"/v1/execution_graphs/{GRAPH}"): {**STATUS, "status": "cancelled"},
    ("GET", "/v1/positions"): {"positions": [POSITION], "totals": TOTALS, "as_of_ns": 1},
    ("GET", "/v1/edges"): {
        "edges": [
            {"edge_id": "binance-spot", "venue": "binance", "instrument_type": "spot", "region": "local",
             "remote": False, "status": "connected", "last_heartbeat_ns": 1, "symbols": 5, "reason": ""}
        ]
    },
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: str
    body: Any
    key: str


@dataclass(frozen=True)
class Fail:
    """An answer that stands before the canned one; status 0 drops the connection. It may still have acted."""

    status: int
    message: str = "not now"
    code: str = "SERVICE_UNAVAILABLE"
    headers: dict[str, str] = field(default_factory=dict)
    details: tuple[dict[str, str], ...] = ()
    acted: bool = False
    raw: bytes | None = None


class FakeEngine:
    """The server. `fails` are used up first, one a request; `graphs` counts what was admitted under each id."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.fails: list[Fail] = []
        self.graphs: dict[str, list[Any]] = {}
        self.canned = deepcopy(CANNED)
        self.connections: set[Any] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Serve one request."""
        self.connections.add(request.transport)
        body = await request.read()
        path, _, query = request.raw_path.partition("?")
        sent = json.loads(body) if body else None
        self.asked.append(Asked(request.method, path, query, sent, request.headers.get("authorization", "")))
        fail = self.fails.pop(0) if self.fails else None
        if fail is None or fail.acted:
            self._admit(request.method, path, sent)
        if fail is not None:
            return self._fail(request, fail)
        if (request.method, path) not in self.canned:
            return self._fail(request, Fail(404, f"nothing at {path}", "NOT_FOUND"))
        found = self.canned[request.method, path]
        return web.Response(body=b"" if found is None else json.dumps(found).encode(), content_type="application/json")

    def _admit(self, method: str, path: str, sent: Any) -> None:
        if (method, path) == ("POST", "/v1/orders"):
            self.graphs.setdefault(sent.get("graph_id"), []).append(sent)

    def _fail(self, request: web.Request, fail: Fail) -> web.StreamResponse:
        if not fail.status:
            assert request.transport is not None
            request.transport.close()
        error = {"code": fail.code, "message": fail.message, "request_id": "req-1", "details": list(fail.details)}
        body = fail.raw if fail.raw is not None else json.dumps({"error": error}).encode()
        return web.Response(status=fail.status or 500, body=body, headers=fail.headers)


@contextmanager
def fake_engine() -> Iterator[FakeEngine]:
    """Run a server until the end of the block."""
    engine, loop, ready = FakeEngine(), asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", engine.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        engine.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(10)
    try:
        yield engine
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
