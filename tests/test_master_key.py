"""The key that seals venue keys may come from the environment, and a wrong one stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from venuekit.credential import Credentials
from venuekit_engine.caller import Caller
from venuekit_engine.engine import Engine
from venuekit_engine.settings import Settings, StartError

ONE, OTHER = "11" * 32, "22" * 32


async def start(path: Path, master_key: str | None) -> Engine:
    return await Engine(Settings(data_dir=path, master_key=master_key)).start()


async def test_keys_sealed_under_one_master_key_open_under_it_alone(tmp_path: Path) -> None:
    engine = await start(tmp_path, ONE)
    caller = Caller("client_a", "key_a", sandbox=False)
    await engine.credentials.connect(caller, "binance", Credentials("key", "secret"))
    await engine.stop()
    assert not (tmp_path / "secret.key").exists()
    for wrong in (OTHER, None, "short"):
        with pytest.raises(StartError):
            await start(tmp_path, wrong)
    again = await start(tmp_path, ONE)
    assert again.credentials.load("client_a", "binance") == Credentials("key", "secret")
    await again.stop()


async def test_the_repr_of_settings_hides_the_master_key(tmp_path: Path) -> None:
    assert ONE not in repr(Settings(data_dir=tmp_path, master_key=ONE))
