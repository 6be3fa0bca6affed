"""The vault and its master key: what is sealed opens under its own key and in its own place, and nowhere else."""

from __future__ import annotations

import base64
import secrets
import stat
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.credential import Credentials
from venuekit_engine.identity.masterkey import MasterKeyError, load_master_key, parse_master_key
from venuekit_engine.identity.rotation import rotate_master_key
from venuekit_engine.identity.vault import Vault, VaultError
from venuekit_engine.store.sqlite import SqliteStore
from venuekit_engine.store.store import CredentialRow

KEY = bytes(range(32))
PEM = Credentials(api_key="id", api_secret="-----BEGIN-----\nsecret\n", extra={"signer_private_key": "0xabc"})


def vault(key: bytes = KEY) -> Vault:
    return Vault(key, Random(7).randbytes)


WORDS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(WORDS, WORDS, WORDS, st.dictionaries(WORDS, WORDS | st.integers(-9, 9) | st.none(), max_size=3), WORDS, WORDS)
def test_what_was_sealed_opens_as_it_was(
    key: str, secret: str, phrase: str, extra: dict[str, object], client: str, venue: str
) -> None:
    credentials = Credentials(key, secret, phrase, extra)
    opened = vault().open(client, venue, vault().seal(client, venue, credentials))
    assert opened == credentials


def test_a_row_moved_to_another_client_or_venue_does_not_open() -> None:
    sealed = vault().seal("alice", "acme", PEM)
    for client, venue in (("bob", "acme"), ("alice", "emca")):
        with pytest.raises(VaultError, match="do not open"):
            vault().open(client, venue, sealed)


@given(st.data())
def test_a_row_with_any_bit_changed_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(vault().seal("alice", "acme", PEM))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(VaultError):
        vault().open("alice", "acme", bytes(sealed))


@pytest.mark.parametrize("length", [0, 1, 5, 13, 20])
def test_a_row_that_is_cut_short_does_not_open(length: int) -> None:
    with pytest.raises(VaultError):
        vault().open("alice", "acme", vault().seal("alice", "acme", PEM)[:length])


def test_a_wrong_key_is_told_in_words_without_any_secret() -> None:
    sealed = vault().seal("alice", "acme", PEM)
    with pytest.raises(VaultError, match="master key is not the one") as refused:
        vault(bytes(32)).open("alice", "acme", sealed)
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_sealing_twice_gives_different_rows() -> None:
    one = Vault(KEY, secrets.token_bytes)
    assert one.seal("alice", "acme", PEM) != one.seal("alice", "acme", PEM)


@pytest.mark.parametrize("text", [KEY.hex(), KEY.hex().upper() + "\n", base64.b64encode(KEY).decode()])
def test_a_master_key_is_read_from_hex_and_base64(text: str) -> None:
    assert parse_master_key(text) == KEY


def test_a_master_key_is_read_from_the_other_base64() -> None:
    key = b"\xfb\xff" * 16
    assert parse_master_key(base64.urlsafe_b64encode(key).decode()) == key


@pytest.mark.parametrize("text", ["", "hunter2", KEY.hex()[:-2], KEY.hex() + "00", "☃" * 44])
def test_any_other_master_key_is_refused_in_words_that_do_not_repeat_it(text: str) -> None:
    with pytest.raises(MasterKeyError, match="32 bytes") as refused:
        parse_master_key(text)
    assert not text or text not in str(refused.value)


def test_a_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    made = load_master_key(path, secrets.token_bytes)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_master_key(path, secrets.token_bytes) == made


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    load_master_key(path, secrets.token_bytes)
    path.chmod(0o640)
    with pytest.raises(MasterKeyError, match="chmod 600"):
        load_master_key(path, secrets.token_bytes)


def test_a_damaged_key_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(b"\xff\xfe")
    path.chmod(0o600)
    with pytest.raises(MasterKeyError, match="damaged"):
        load_master_key(path, secrets.token_bytes)
    assert path.read_bytes() == b"\xff\xfe"


def test_a_key_file_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match="cannot be used"):
        load_master_key(tmp_path / "nowhere" / "secret.key", secrets.token_bytes)


async def test_rotating_the_master_key_seals_everything_again_and_a_second_run_finishes_a_first(tmp_path: Path) -> None:
    old, new = Vault(KEY, secrets.token_bytes), Vault(bytes(32), secrets.token_bytes)
    store = SqliteStore(tmp_path / "store.sqlite3")
    await store.put_credential(CredentialRow("alice", "acme", old.seal("alice", "acme", PEM), 1))
    await store.put_credential(CredentialRow("bob", "acme", new.seal("bob", "acme", PEM), 1))  # a first run got here
    assert await rotate_master_key(store, old, new) == 1
    assert [new.open(row.client_id, row.venue, row.sealed) for row in store.credentials()] == [PEM, PEM]
    assert await rotate_master_key(store, old, new) == 0
    store.close()


async def test_rotating_from_a_wrong_master_key_changes_nothing(tmp_path: Path) -> None:
    old, new, wrong = vault(), vault(bytes(32)), vault(b"w" * 32)
    store = SqliteStore(tmp_path / "store.sqlite3")
    for venue, seal in (("acme", wrong), ("binance", old)):
        await store.put_credential(CredentialRow("alice", venue, seal.seal("alice", venue, PEM), 1))
    before = store.credentials()
    with pytest.raises(VaultError):
        await rotate_master_key(store, wrong, new)
    assert store.credentials() == before
    store.close()
