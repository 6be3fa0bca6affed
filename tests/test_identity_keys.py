"""API keys: shown once, kept as hashes, dead when they are said to be, and never stronger than their maker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from venuekit.units import NANOS_PER_S, Nanos
from venuekit_engine.answer import ApiKey
from venuekit_engine.caller import Caller
from venuekit_engine.identity.keys import FirstKeys, Keys
from venuekit_engine.refusal import Conflict, Forbidden, NotFound, Refusal, Unauthorized, Unprocessable
from venuekit_engine.store.sqlite import SqliteStore

STRANGER = Caller("client_other", "key_other", sandbox=False, admin=True)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = Nanos(1_000 * NANOS_PER_S)

    def __call__(self) -> Nanos:
        return self.now

    def pass_s(self, seconds: int) -> None:
        self.now = Nanos(self.now + seconds * NANOS_PER_S)


class House:
    """A store with the first keys made, which can be opened again."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock, self.store = path, Clock(), SqliteStore(path)
        self.keys = Keys(self.store, Random(1).randbytes, self.clock)

    def reopen(self) -> Keys:
        self.store.close()
        self.store = SqliteStore(self.path)
        self.keys = Keys(self.store, Random(2).randbytes, self.clock)
        return self.keys

    async def start(self) -> tuple[FirstKeys, Caller, Caller]:
        first = await self.keys.bootstrap()
        assert first is not None
        return first, self.keys.authenticate(first.live_key), self.keys.authenticate(first.test_key)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "store.sqlite3")
    yield made
    made.store.close()


def shown(key: ApiKey) -> str:
    assert key.key is not None
    return key.key


def is_dead(keys: Keys, key: str) -> bool:
    with suppress(Unauthorized):
        keys.authenticate(key)
        return False
    return True


async def test_the_first_start_makes_one_client_with_an_admin_and_a_test_key_once(house: House) -> None:
    first, admin, test = await house.start()
    assert re.fullmatch("client_[0-9a-f]{32}", first.client_id)
    assert re.fullmatch("seq_live_[0-9a-f]{64}", first.live_key)
    assert re.fullmatch("seq_test_[0-9a-f]{64}", first.test_key)
    assert (admin.client_id, admin.sandbox, admin.admin) == (first.client_id, False, True)
    assert (test.client_id, test.sandbox, test.admin) == (first.client_id, True, False)
    assert await house.keys.bootstrap() is None


async def test_keys_live_on_over_a_restart_and_are_not_made_again(house: House) -> None:
    first, admin, _ = await house.start()
    keys = house.reopen()
    assert await keys.bootstrap() is None
    assert keys.authenticate(first.live_key) == admin


async def test_no_file_and_no_repr_holds_a_key(house: House) -> None:
    first, admin, _ = await house.start()
    made = await house.keys.create(admin, "desk", sandbox=False)
    assert first.live_key not in repr(first) + str(first)
    assert shown(made) not in repr(await house.keys.list(admin))
    house.store.close()
    stored = b"".join(each.read_bytes() for each in house.path.parent.iterdir())
    for key in (first.live_key, first.test_key, shown(made)):
        assert key.encode() not in stored
        assert key[-56:].encode() not in stored
        assert bytes.fromhex(key[9:]) not in stored


@pytest.mark.parametrize("wrong", ["", "seq_live_", "Bearer x", "seq_live_" + "0" * 64, "snow ☃ man", "\ud800"])
async def test_an_unknown_key_is_refused_in_words_that_do_not_repeat_it(house: House, wrong: str) -> None:
    await house.start()
    with pytest.raises(Unauthorized) as refusal:
        house.keys.authenticate(wrong)
    assert not wrong or wrong not in refusal.value.message


async def test_a_made_key_is_shown_once_and_works_at_once(house: House) -> None:
    _, admin, _ = await house.start()
    made = await house.keys.create(admin, "paper", sandbox=True)
    assert house.keys.authenticate(shown(made)) == Caller(admin.client_id, made.key_id, sandbox=True)
    listed = (await house.keys.list(admin)).api_keys
    assert [row.key for row in listed] == [None] * 3
    assert [row.label for row in listed] == ["first test key", "first live key", "paper"]
    assert all(shown(made).startswith(made.prefix) and len(made.prefix) < 20 for _ in listed)


async def test_a_revoked_key_is_dead_at_once_and_after_a_restart(house: House) -> None:
    _, admin, _ = await house.start()
    made = await house.keys.create(admin, "desk", sandbox=False)
    await house.keys.revoke(admin, made.key_id)
    assert is_dead(house.keys, shown(made))
    assert [row.revoked for row in (await house.keys.list(admin)).api_keys] == [False, False, True]
    assert is_dead(house.reopen(), shown(made))


async def test_a_rotated_key_dies_at_once_and_its_heir_has_its_rights(house: House) -> None:
    first, admin, _ = await house.start()
    heir = await house.keys.rotate(admin, admin.key_id)
    assert is_dead(house.keys, first.live_key)
    caller = house.keys.authenticate(shown(heir))
    assert (caller.client_id, caller.sandbox, caller.admin) == (admin.client_id, False, True)
    assert is_dead(house.reopen(), first.live_key)
    assert house.keys.authenticate(shown(heir)) == caller


async def test_a_rotated_key_lives_through_its_grace_and_not_longer(house: House) -> None:
    first, admin, _ = await house.start()
    await house.keys.rotate(admin, admin.key_id, grace_s=60)
    house.reopen()
    house.clock.pass_s(59)
    assert not is_dead(house.keys, first.live_key)
    house.clock.pass_s(1)
    assert is_dead(house.keys, first.live_key)


async def test_a_key_in_its_grace_can_be_revoked_before_its_end(house: House) -> None:
    first, admin, _ = await house.start()
    heir = await house.keys.rotate(admin, admin.key_id, grace_s=60)
    await house.keys.revoke(house.keys.authenticate(shown(heir)), admin.key_id)
    assert is_dead(house.keys, first.live_key)


@pytest.mark.parametrize("grace", [-1.0, float("nan"), float("inf"), 8 * 86_400.0])
async def test_a_grace_out_of_range_is_refused_and_rotates_nothing(house: House, grace: float) -> None:
    first, admin, _ = await house.start()
    with pytest.raises(Unprocessable) as refusal:
        await house.keys.rotate(admin, admin.key_id, grace)
    assert refusal.value.details[0].field == "grace_secs"
    assert not is_dead(house.keys, first.live_key)


async def test_a_key_is_rotated_only_once(house: House) -> None:
    _, admin, _ = await house.start()
    await house.keys.rotate(admin, admin.key_id, grace_s=60)
    with pytest.raises(Conflict):
        await house.keys.rotate(admin, admin.key_id)


async def test_the_last_admin_key_cannot_be_revoked(house: House) -> None:
    first, admin, _ = await house.start()
    await house.keys.create(admin, "desk", sandbox=False)
    with pytest.raises(Conflict):
        await house.keys.revoke(admin, admin.key_id)
    await house.keys.rotate(admin, admin.key_id, grace_s=60)
    await house.keys.revoke(admin, admin.key_id)  # its heir administers now
    assert is_dead(house.keys, first.live_key)


async def refusals(house: House, caller: Caller, key_id: str) -> list[type[Refusal] | None]:
    found: list[type[Refusal] | None] = []
    for act in (house.keys.rotate(caller, key_id), house.keys.revoke(caller, key_id)):
        try:
            await act
        except Refusal as refusal:
            found.append(type(refusal))
        else:
            found.append(None)
    return found


async def test_a_sandbox_key_gets_hold_of_no_live_key(house: House) -> None:
    first, admin, test = await house.start()
    with pytest.raises(Forbidden):
        await house.keys.create(test, "more", sandbox=False)
    assert await refusals(house, test, admin.key_id) == [Forbidden, Forbidden]
    assert (await house.keys.create(test, "paper", sandbox=True)).sandbox
    assert not is_dead(house.keys, first.live_key)


async def test_a_plain_key_gets_hold_of_no_admin_key(house: House) -> None:
    _, admin, _ = await house.start()
    plain = house.keys.authenticate(shown(await house.keys.create(admin, "desk", sandbox=False)))
    assert not plain.admin
    assert await refusals(house, plain, admin.key_id) == [Forbidden, Forbidden]


async def test_another_client_sees_and_touches_nothing(house: House) -> None:
    _, admin, _ = await house.start()
    assert (await house.keys.list(STRANGER)).api_keys == []
    assert await refusals(house, STRANGER, admin.key_id) == [NotFound, NotFound]


async def test_a_label_that_is_too_long_is_refused(house: House) -> None:
    _, admin, _ = await house.start()
    with pytest.raises(Unprocessable) as refusal:
        await house.keys.create(admin, "x" * 101, sandbox=True)
    assert refusal.value.details[0].field == "label"


async def last_used(house: House, caller: Caller) -> int | None:
    return next(row.last_used_ns for row in (await house.keys.list(caller)).api_keys if row.key_id == caller.key_id)


async def test_use_is_remembered_without_a_write_and_is_durable_when_flushed(house: House) -> None:
    first, admin, _ = await house.start()
    house.clock.pass_s(5)
    house.keys.authenticate(first.live_key)
    assert await last_used(house, admin) == house.clock.now
    assert [row.last_used_ns for row in house.store.keys()] == [None, None]  # noqa: SIM118 - a store is no dict
    await house.keys.flush()
    house.reopen()
    assert await last_used(house, admin) == house.clock.now
