"""`POST /v1/orders` to journalled and filled: a real server on one CPU, its client on another.

The server is what `sequence serve` runs: HTTP, engine, SQLite journal with `synchronous = FULL`. Only its market is
made by hand (`deep.py`), so that every order fills whole. An answer says that the order is journalled; a run ends when
the fill of its last order is. Rows, all with at most 32 orders in flight: as fast as it goes over kept connections; a
steady thousand a second; a new connection for each request, as the official client opens them. Latencies are the
client's wall clock, from when the order was due; `cpu_us` is the server's CPU time an order, journal thread included,
and `cal` that in turns of the calibration loop. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import venuekit_engine.engine as composition
from deep import DeepSource
from harness import ROUNDS, calibrate
from venuekit_engine.app import Settings, run_server
from venuekit_engine.server.loop import new_event_loop

IN_FLIGHT: Final = 32
RATE: Final = 1_000
CLOSE: Final = "Connection: close\r\n"
START_S: Final = 30.0
TICKS: Final = os.sysconf("SC_CLK_TCK")
Send = Callable[[bytes], Awaitable[bytes]]
Play = Callable[[int], Awaitable[list[float]]]
Link = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Server:
    """The server's process, pinned to the first CPU."""

    def __init__(self, folder: Path) -> None:
        ready = folder / "ready.json"
        command = [
            sys.executable,
            str(Path(__file__).resolve()),
            "--serve",
            str(folder / "data"),
            "--ready",
            str(ready),
        ]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START_S
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)
        told = json.loads(ready.read_text())
        self.port, self.key = int(told["base_url"].rpartition(":")[2]), told["test_key"]

    def cpu_s(self) -> float:
        """Read the CPU time of all its threads."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self) -> None:
        """End it as a user would."""
        self._process.terminate()
        self._process.wait()


class Client:
    """A lean HTTP client: it counts, and it checks every status."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {server.key}\r\n"

    async def keep(self, orders: int) -> list[float]:
        """Post over connections that are kept, each as soon as its last order is answered."""
        return await self._over_links(iter([0.0] * orders))

    async def pace(self, orders: int) -> list[float]:
        """Post at a steady rate over connections that are kept; what waits for a free one waits on the clock."""
        begin = time.perf_counter() + 0.01
        return await self._over_links(begin + number / RATE for number in range(orders))

    async def renew(self, orders: int) -> list[float]:
        """Post over a new connection each time."""
        work = iter([0.0] * orders)
        return _joined(await asyncio.gather(*(self._post(work, self._once, CLOSE) for _ in range(IN_FLIGHT))))

    async def fills(self) -> int:
        """Count the fills that are journalled."""
        answer = await self._once(f"GET /v1/fills?limit=1&sandbox=true HTTP/1.1\r\n{self._head}\r\n".encode())
        return int(json.loads(answer)["total"])

    async def _over_links(self, due: Iterator[float]) -> list[float]:
        links = [await self._open() for _ in range(IN_FLIGHT)]
        found = await asyncio.gather(*(self._post(due, partial(_ask, link)) for link in links))
        for _, writer in links:
            writer.close()
        return _joined(found)

    async def _post(self, due: Iterator[float], send: Send, extra: str = "") -> list[float]:
        found = []
        for number, at in enumerate(due):
            request, start = self._order(number, extra), time.perf_counter()
            if at > start:
                await asyncio.sleep(at - start)
            answer = await send(request)
            found.append(time.perf_counter() - (at or start))
            assert b'"graph_id"' in answer, answer
        return found

    async def _once(self, body: bytes) -> bytes:
        link = await self._open()
        answer = await _ask(link, body)
        link[1].close()
        return answer

    def _order(self, number: int, extra: str) -> bytes:
        body = json.dumps({"symbol": "BTC-USD", "side": "sell" if number % 2 else "buy", "qty": 0.1})
        head = f"POST /v1/orders HTTP/1.1\r\n{self._head}{extra}Content-Type: application/json\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    async def _open(self) -> Link:
        return await asyncio.open_connection("127.0.0.1", self._server.port)


def _joined(parts: Iterable[list[float]]) -> list[float]:
    return [each for part in parts for each in part]


async def _ask(link: Link, request: bytes) -> bytes:
    reader, writer = link
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    body = await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
    if b" 200 " not in head[:16]:
        raise RuntimeError(f"the server answered {head!r} {body!r}")
    return body


async def _run(server: Server, client: Client, play: Play, orders: int) -> dict[str, float]:
    there = await client.fills()
    turn, cpu, start = calibrate(), server.cpu_s(), time.perf_counter()
    waits = await play(orders)
    while await client.fills() < there + orders:  # noqa: ASYNC110 - the other side is another process
        await asyncio.sleep(0.001)
    wall, spent = time.perf_counter() - start, (server.cpu_s() - cpu) / orders
    turn = (turn + calibrate()) / 2
    ranks = quantiles(waits, n=100)
    return {
        "orders_per_s": orders / wall,
        "p50_ms": ranks[49] * 1e3,
        "p99_ms": ranks[98] * 1e3,
        "cpu_us": spent * 1e6,
        "cal": spent / turn,
    }


async def measure(server: Server, orders: int, rounds: int) -> dict[str, dict[str, float]]:
    """Play both rows in each round, after one that warms up; give medians."""
    client = Client(server)
    plays = {
        "as fast as it goes": client.keep,
        f"{RATE:,} a second": client.pace,
        "a new connection each": client.renew,
    }
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in plays}
    for number in range(rounds + 1):
        for name, play in plays.items():
            found = await _run(server, client, play, orders)
            if number:
                runs[name].append(found)
    return {name: {key: round(median(run[key] for run in each), 2) for key in each[0]} for name, each in runs.items()}


def serve(folder: Path, ready: Path) -> None:
    """Be the server, on the first CPU."""
    _pin(0)
    # The one part that is not what users run: its market.
    composition.__dict__["open_source"] = lambda *_: DeepSource(["venue0"])
    run_server(Settings(data_dir=folder, port=0, ready_file=ready, qps=1e6))


def _pin(which: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        cpus = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cpus[which % len(cpus)]})


def main() -> None:
    """Measure and print one line of JSON, or be the server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=int(os.environ.get(ROUNDS, "5")))
    parser.add_argument("--folder", type=Path, default=None, help="where the journal lies: the disk that is measured")
    parser.add_argument("--serve", type=Path, default=None, help=argparse.SUPPRESS)
    parser.add_argument("--ready", type=Path, default=None, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.ready)
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        server = Server(Path(name))
        # After the server took its own, so that it may.
        _pin(1)
        try:
            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                rows = runner.run(measure(server, options.orders, options.rounds))
        finally:
            server.stop()
    machine = f"{platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}"
    print(json.dumps({"suite": "server: orders", "machine": machine, "in_flight": IN_FLIGHT, "rows": rows}))


if __name__ == "__main__":
    main()
