"""API keys: made once, shown once, kept as hashes. Implements `KeyService`.

Used by the server through its protocol and by the composition root (`bootstrap`, `flush`). What must stay true: no
message, list or row repeats a key; a key's end is in memory before anyone is told of it, and durable before the caller
is; when a key was used is remembered lazily, so that a request writes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec

from venuekit.units import NANOS_PER_S, Nanos
from venuekit_engine.answer import ApiKey, ApiKeys
from venuekit_engine.caller import Caller
from venuekit_engine.identity import permission
from venuekit_engine.identity.apikey import SHOWN, Random, hash_key, make_key
from venuekit_engine.refusal import Detail, NotFound, Unauthorized, Unprocessable
from venuekit_engine.store.store import KeyRow, Store

LABEL_MAX: Final = 100
GRACE_MAX_S: Final = 7 * 86_400  # a rotated key that lives on for longer than a week was not rotated


class FirstKeys(msgspec.Struct, frozen=True):
    """What the first start makes, to be shown once and never again."""

    client_id: str
    live_key: str
    test_key: str

    def __repr__(self) -> str:
        return f"FirstKeys({self.client_id!r}, ***)"

    __str__ = __repr__


class Keys:
    """Every key of every client, by its hash. `random` gives so many random bytes, `now` the time."""

    def __init__(self, store: Store, random: Random, now: Callable[[], Nanos]) -> None:
        self._store, self._random, self._now = store, random, now
        self._rows: dict[str, KeyRow] = {}
        self._callers: dict[str, tuple[Caller, int | None]] = {}
        self._used: dict[str, int] = {}
        self._changing = asyncio.Lock()
        for row in store.keys():  # noqa: SIM118 - a store is no dict
            self._keep(row)

    async def bootstrap(self) -> FirstKeys | None:
        """Make one client with a live admin key and a test key on the first start; None on every later one."""
        if any(row.admin for row in self._rows.values()):
            return None
        client_id = f"client_{self._random(16).hex()}"
        # The admin key goes last: it marks the first start as done.
        _, test_key = await self._make(client_id, "first test key", sandbox=True)
        _, live_key = await self._make(client_id, "first live key", sandbox=False, admin=True)
        return FirstKeys(client_id, live_key, test_key)

    def authenticate(self, key: str) -> Caller:
        """Tell whose key this is. Raises: Unauthorized, in words that do not repeat it."""
        caller, end = self._callers.get(hash_key(key), (None, None))
        now = self._now()
        if caller is None or (end is not None and end <= now):
            raise Unauthorized("the API key is unknown or was revoked")
        self._used[caller.key_id] = now
        return caller

    async def create(self, caller: Caller, label: str, *, sandbox: bool) -> ApiKey:
        """Make a key of the caller's client. Raises: Forbidden, Unprocessable."""
        permission.require_may_create(caller, sandbox)
        if len(label) > LABEL_MAX:
            raise Unprocessable("the key was not made", [Detail("label", f"must have at most {LABEL_MAX} characters")])
        row, key = await self._make(caller.client_id, label, sandbox=sandbox)
        return self._show(row, key)

    async def list(self, caller: Caller) -> ApiKeys:
        """List the keys of the caller's client, oldest first, without the keys themselves."""
        rows = [row for row in self._rows.values() if row.client_id == caller.client_id]
        return ApiKeys([self._show(row) for row in rows])

    async def rotate(self, caller: Caller, key_id: str, grace_s: float = 0) -> ApiKey:
        """Replace a key by one with the same rights; the old one dies after `grace_s`, at once by default.

        Raises: NotFound, Forbidden, Conflict for one that was revoked, Unprocessable for a grace out of range.
        """
        if not 0 <= grace_s <= GRACE_MAX_S:
            raise Unprocessable("the key was not rotated", [Detail("grace_secs", f"must be 0 to {GRACE_MAX_S}")])
        async with self._changing:
            old = self._mine(caller, key_id)
            permission.require_in_force(old)
            # The new one first: a crash between the two must not leave the client without any.
            row, key = await self._make(old.client_id, old.label, sandbox=old.sandbox, admin=old.admin)
            await self._end(old, self._now() + int(grace_s * NANOS_PER_S))
            return self._show(row, key)

    async def revoke(self, caller: Caller, key_id: str) -> None:
        """End a key at once. Raises: NotFound, Forbidden, Conflict for the last live admin key."""
        async with self._changing:
            row = self._mine(caller, key_id)
            permission.require_not_last_admin(row, self._rows.values())
            if not permission.is_over(row, self._now()):
                await self._end(row, self._now())

    async def flush(self) -> None:
        """Make durable when keys were last used; call it now and then, and before the store closes."""
        used, self._used = self._used, {}
        for key_id, when in used.items():
            self._rows[key_id] = msgspec.structs.replace(self._rows[key_id], last_used_ns=when)
            await self._store.put_key(self._rows[key_id])

    async def _make(self, client_id: str, label: str, *, sandbox: bool, admin: bool = False) -> tuple[KeyRow, str]:
        key = make_key(sandbox, self._random)
        row = KeyRow(
            key_id=f"key_{self._random(8).hex()}",
            client_id=client_id,
            label=label,
            prefix=key[:SHOWN],
            key_hash=hash_key(key),
            sandbox=sandbox,
            admin=admin,
            created_ns=self._now(),
        )
        await self._store.put_key(row)
        self._keep(row)
        return row, key

    async def _end(self, row: KeyRow, end: int) -> None:
        row = msgspec.structs.replace(self._rows[row.key_id], revoked_ns=end)
        self._keep(row)
        await self._store.put_key(row)

    def _keep(self, row: KeyRow) -> None:
        self._rows[row.key_id] = row
        self._callers[row.key_hash] = (Caller(row.client_id, row.key_id, row.sandbox, row.admin), row.revoked_ns)

    def _mine(self, caller: Caller, key_id: str) -> KeyRow:
        row = self._rows.get(key_id)
        if row is None or row.client_id != caller.client_id:
            raise NotFound(f"there is no API key {key_id!r}")
        permission.require_may_change(caller, row)
        return row

    def _show(self, row: KeyRow, key: str | None = None) -> ApiKey:
        return ApiKey(
            key_id=row.key_id,
            label=row.label,
            prefix=row.prefix,
            sandbox=row.sandbox,
            created_at_ns=row.created_ns,
            admin=row.admin,
            last_used_ns=self._used.get(row.key_id, row.last_used_ns),
            revoked=permission.is_over(row, self._now()),
            key=key,
        )
