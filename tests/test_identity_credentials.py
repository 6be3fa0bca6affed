"""Keys to venues: stored sealed, opened for desks, told to nobody."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from venuekit.credential import Credentials
from venuekit.units import Nanos
from venuekit_engine.caller import Caller
from venuekit_engine.identity.credentials import SealedCredentials
from venuekit_engine.identity.vault import Vault, VaultError
from venuekit_engine.refusal import NotFound, Unprocessable
from venuekit_engine.store.sqlite import SqliteStore

ALICE = Caller("alice", "key_1", sandbox=False)
BOB = Caller("bob", "key_2", sandbox=False)
SECRET = Credentials(api_key="the-public-part", api_secret="the-secret-part", extra={"signer": "0xthe-signer"})
KEY = bytes(range(32))


class House:
    """A store with credentials in it, which can be opened again; `changed` is what desks were told."""

    def __init__(self, path: Path) -> None:
        self.path, self.changed = path, list[tuple[str, str]]()
        self.store = SqliteStore(path)
        self.credentials = self.open(KEY)

    def open(self, key: bytes) -> SealedCredentials:
        vault = Vault(key, secrets.token_bytes)
        return SealedCredentials(self.store, vault, {"acme", "binance"}, lambda: Nanos(5), self.tell)

    def tell(self, client_id: str, venue: str) -> None:
        self.changed.append((client_id, venue))

    def reopen(self, key: bytes = KEY) -> SealedCredentials:
        self.store.close()
        self.store = SqliteStore(self.path)
        return self.open(key)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "store.sqlite3")
    yield made
    made.store.close()


async def test_what_was_connected_is_loaded_for_its_client_alone_and_after_a_restart(house: House) -> None:
    await house.credentials.connect(ALICE, "acme", SECRET)
    for opened in (house.credentials, house.reopen()):
        assert opened.load("alice", "acme") == SECRET
        assert opened.load("bob", "acme") is None
        assert opened.load("alice", "binance") is None
        assert [row.venue for row in await opened.list(ALICE)] == ["acme"]
        assert await opened.list(BOB) == []


async def test_no_file_holds_a_secret_in_clear(house: House) -> None:
    await house.credentials.connect(ALICE, "acme", SECRET)
    house.store.close()
    stored = b"".join(each.read_bytes() for each in house.path.parent.iterdir())
    assert b"alice" in stored
    for secret in (b"the-public-part", b"the-secret-part", b"0xthe-signer"):
        assert secret not in stored


async def test_connecting_again_overwrites(house: House) -> None:
    await house.credentials.connect(ALICE, "acme", SECRET)
    await house.credentials.connect(ALICE, "acme", Credentials(api_key="new"))
    assert house.reopen().load("alice", "acme") == Credentials(api_key="new")


async def test_disconnecting_forgets_for_good(house: House) -> None:
    await house.credentials.connect(ALICE, "acme", SECRET)
    await house.credentials.connect(BOB, "acme", SECRET)
    await house.credentials.disconnect(ALICE, "acme")
    assert house.credentials.load("alice", "acme") is None
    reopened = house.reopen()
    assert reopened.load("alice", "acme") is None
    assert reopened.load("bob", "acme") == SECRET


async def test_desks_are_told_of_every_change_and_of_nothing_else(house: House) -> None:
    await house.credentials.connect(ALICE, "acme", SECRET)
    await house.credentials.disconnect(ALICE, "acme")
    with pytest.raises(NotFound):
        await house.credentials.disconnect(ALICE, "acme")
    with pytest.raises(NotFound):
        await house.credentials.connect(ALICE, "nowhere", SECRET)
    assert house.changed == [("alice", "acme"), ("alice", "acme")]


async def test_a_venue_that_no_plugin_offers_is_refused_with_those_there_are(house: House) -> None:
    with pytest.raises(NotFound, match="'nowhere'; there are: acme, binance"):
        await house.credentials.connect(ALICE, "nowhere", SECRET)


async def test_empty_credentials_are_refused_field_by_field(house: House) -> None:
    with pytest.raises(Unprocessable) as refusal:
        await house.credentials.connect(ALICE, "acme", Credentials())
    assert [row.field for row in refusal.value.details] == ["api_key", "api_secret", "passphrase", "extra_json"]
    assert house.credentials.load("alice", "acme") is None


async def test_credentials_of_a_venue_whose_key_is_in_the_extra_part_are_taken(house: House) -> None:
    await house.credentials.connect(ALICE, "acme", Credentials(extra={"signer": "0x1"}))
    assert house.credentials.load("alice", "acme") is not None


async def test_a_wrong_master_key_is_told_when_the_engine_starts(house: House) -> None:
    await house.credentials.connect(ALICE, "acme", SECRET)
    with pytest.raises(VaultError, match="master key"):
        house.reopen(bytes(32))


async def test_nothing_that_can_be_printed_holds_a_secret(house: House) -> None:
    await house.credentials.connect(ALICE, "acme", SECRET)
    printed = repr(house.credentials) + repr(await house.credentials.list(ALICE)) + repr(vars(house.credentials))
    assert "the-secret-part" not in printed
    assert "the-public-part" not in printed
