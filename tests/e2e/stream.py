"""A stream of orders from several threads, which notes what was acknowledged until the server is gone.

Used by the tests that kill the server in the middle of it. Each order names its own `graph_id`, so that it can be asked
for, and sent again, after a restart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random
from typing import Any, Final

import httpx

from tests.e2e.serving import PATIENCE_S, Server

SENDERS: Final = 4
FAR_BELOW: Final = 30_000  # of a market near 64,000: rests
Json = dict[str, Any]


class OrderStream:
    """Orders in flight. `asked` holds what was sent by graph id, `acked` what the server answered with 200."""

    def __init__(self, server: Server, name: str, seed: int) -> None:
        self.asked: dict[str, Json] = {}
        self.acked: set[str] = set()
        self.refused: list[str] = []
        self._server, self._name, self._rng = server, name, Random(seed)
        self._lock, self._is_over = threading.Lock(), threading.Event()
        self._end_at, self._end = 0, server.kill

    def run(self, acks: int, end: Callable[[], Any]) -> None:
        """Send until `acks` orders were acknowledged, then `end` the server while the others are still sending."""
        self._end_at, self._end = acks, end
        senders = [threading.Thread(target=self._send_all) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(PATIENCE_S)
            assert not sender.is_alive()

    @property
    def resting(self) -> set[str]:
        """The acknowledged orders that rest."""
        return {graph_id for graph_id in self.acked if "price" in self.asked[graph_id]}

    def _send_all(self) -> None:
        headers = {"authorization": f"Bearer {self._server.test_key}"}
        with httpx.Client(base_url=self._server.url, headers=headers, timeout=PATIENCE_S, trust_env=False) as client:
            while not self._is_over.is_set():
                try:
                    self._note(client.post("/v1/orders", json=self._next()))
                except httpx.TransportError:
                    return  # the server is gone; whether it took this order is what the tests find out

    def _next(self) -> Json:
        with self._lock:
            graph_id = f"{self._name}-{len(self.asked)}"
            side = self._rng.choice(("buy", "sell"))
            order: Json = {"graph_id": graph_id, "symbol": "SOL-USD", "side": side, "qty": self._rng.randint(1, 9) / 10}
            if not self._rng.randrange(4):
                order |= {"symbol": "BTC-USD", "side": "buy", "qty": 0.01, "price": FAR_BELOW}
            self.asked[graph_id] = order
            return order

    def _note(self, response: httpx.Response) -> None:
        if response.status_code != 200:
            self.refused.append(response.text)
            return
        with self._lock:
            self.acked.add(response.json()["graph_id"])
            is_last = len(self.acked) == self._end_at
        if is_last:
            self._end()
            self._is_over.set()


def cancel_until_gone(server: Server, graphs: list[str], acks: int) -> set[str]:
    """Cancel graphs from several threads, and kill the server after so many acknowledgements; give those."""
    acked: set[str] = set()
    waiting, lock = list(graphs), threading.Lock()

    def cancel() -> None:
        nonlocal acked
        headers = {"authorization": f"Bearer {server.test_key}"}
        with httpx.Client(base_url=server.url, headers=headers, timeout=PATIENCE_S, trust_env=False) as client:
            while waiting:
                graph_id = waiting.pop()
                try:
                    taken = client.delete(f"/v1/execution_graphs/{graph_id}").status_code == 200
                except httpx.TransportError:
                    return
                with lock:
                    acked |= {graph_id} if taken else set()
                    is_last = taken and len(acked) == acks
                if is_last:
                    server.kill()

    cancellers = [threading.Thread(target=cancel) for _ in range(SENDERS)]
    for canceller in cancellers:
        canceller.start()
    for canceller in cancellers:
        canceller.join(PATIENCE_S)
    return acked
