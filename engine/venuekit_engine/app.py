"""Run an engine with its server, until told to stop: what `sequence serve` calls."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

import venuekit
from venuekit.plugin import discover
from venuekit.run.clock import RealClock
from venuekit.run.http import HttpTransport
from venuekit_engine.engine import Engine
from venuekit_engine.market.live.record import Recorded, record
from venuekit_engine.market.live.source import SYMBOLS
from venuekit_engine.meters import registry_of
from venuekit_engine.server.app import build_app
from venuekit_engine.server.listener import bind
from venuekit_engine.server.log import log_to_stderr, open_log
from venuekit_engine.server.loop import new_event_loop
from venuekit_engine.server.serve import serve_on
from venuekit_engine.server.settings import ServerSettings
from venuekit_engine.settings import MASTER_KEY, Settings, StartError

__all__ = ["Ready", "Recorded", "Settings", "StartError", "run_record", "run_server", "serve_engine"]


class Ready(msgspec.Struct, frozen=True):
    """Where the server answers; the keys are given on the first start only."""

    base_url: str
    live_key: str | None
    test_key: str | None


OnReady = Callable[[Ready], None]


def run_server(settings: Settings, on_ready: OnReady | None = None) -> int:
    """Serve until SIGINT or SIGTERM; give 0. Raises: StartError.

    `settings.ready_file` is written, readable by its owner only, once the server answers. Without a `master_key` the
    environment's VENUEKIT_MASTER_KEY is taken, and without that a key file in the data directory.
    """
    log_to_stderr()
    told = replace(settings, master_key=settings.master_key or os.environ.get(MASTER_KEY))
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(serve_engine(told, on_ready))
    return 0


def run_record(venues: Sequence[str], symbols: Sequence[str], path: Path, seconds: float) -> Recorded:
    """Record live venues into a capture file; no venues means all, no symbols the usual ones. Raises: StartError."""
    log_to_stderr()
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            return runner.run(_record(venues, symbols, path, seconds))
    except (OSError, LookupError, ValueError) as error:
        raise StartError(f"cannot record to {path}: {error}") from error


async def _record(venues: Sequence[str], symbols: Sequence[str], path: Path, seconds: float) -> Recorded:
    clock = RealClock()
    transport = HttpTransport(clock)
    try:
        return await record(
            path, discover(), transport, clock, seconds=seconds, venues=venues or None, symbols=symbols or SYMBOLS
        )
    finally:
        await transport.close()


async def serve_engine(settings: Settings, on_ready: OnReady | None = None, stop: asyncio.Event | None = None) -> None:
    """Serve until told to stop. The port is taken first, so that one in use costs nothing. Raises: StartError."""
    _check_ready_file(settings.ready_file)
    try:
        listener = bind(settings.host, settings.port)
    except OSError as error:
        raise StartError(error.strerror or str(error)) from error
    with listener:
        engine = await Engine(settings).start()
        try:
            app = build_app(engine, _server_settings(settings, engine))
            # What is there now stays: a full collection would walk all of it while requests wait, some 35 ms each time.
            gc.collect()
            gc.freeze()
            await serve_on(app, listener, lambda url: _tell_ready(settings, engine, url, on_ready), stop)
        finally:
            await engine.stop()


def _server_settings(settings: Settings, engine: Engine) -> ServerSettings:
    features = {"paper_market": not settings.market.startswith("live"), "sandbox": True, "graphs": False}
    return ServerSettings(
        version=venuekit.__version__,
        rate_qps=settings.qps,
        features=features,
        log=open_log(),
        registry=registry_of(engine),
    )


def _tell_ready(settings: Settings, engine: Engine, url: str, on_ready: OnReady | None) -> None:
    first = engine.first_keys
    ready = Ready(url, first.live_key if first else None, first.test_key if first else None)
    if settings.ready_file is not None:
        _write_privately(settings.ready_file, msgspec.json.encode(ready))
    if on_ready is not None:
        on_ready(ready)


def _check_ready_file(path: Path | None) -> None:
    """See that the file can be written, while no keys were made that only it would tell. Raises: StartError."""
    if path is not None and (path.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK)):
        raise StartError(f"the ready file {path} cannot be written: its directory must be there, and writable")


def _write_privately(path: Path, body: bytes) -> None:
    """Write a file that only its owner can read, all of it or nothing."""
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
    part.replace(path)
