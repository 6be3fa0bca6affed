"""What one key may do to another: the rules, and nothing else.

Used by `keys.py`. What must stay true: no key can make itself, or get hold of, one that may do more than it may.
"""

from __future__ import annotations

from collections.abc import Iterable

from venuekit_engine.caller import Caller
from venuekit_engine.refusal import Conflict, Forbidden
from venuekit_engine.store.store import KeyRow


def require_may_create(caller: Caller, sandbox: bool) -> None:
    """Refuse a live key to a sandbox key. Raises: Forbidden."""
    if caller.sandbox and not sandbox:
        raise Forbidden("a sandbox key cannot create a live key")


def require_may_change(caller: Caller, row: KeyRow) -> None:
    """Refuse a stronger key to a weaker one. Raises: Forbidden."""
    if caller.sandbox and not row.sandbox:
        raise Forbidden("a sandbox key cannot change a live key")
    if row.admin and not caller.admin:
        raise Forbidden("only an admin key can change an admin key")


def require_not_last_admin(row: KeyRow, rows: Iterable[KeyRow]) -> None:
    """Refuse to lock everyone out. Raises: Conflict."""
    if is_lasting_admin(row) and sum(map(is_lasting_admin, rows)) == 1:
        raise Conflict("the last live admin key cannot be revoked; rotate it instead")


def require_in_force(row: KeyRow) -> None:
    """Refuse to replace a key that was revoked or is being replaced. Raises: Conflict."""
    if row.revoked_ns is not None:
        raise Conflict(f"the key {row.key_id} was revoked or rotated before")


def is_lasting_admin(row: KeyRow) -> bool:
    """Tell whether a key administers, and has no end set."""
    return row.admin and not row.sandbox and row.revoked_ns is None


def is_over(row: KeyRow, now: int) -> bool:
    """Tell whether a key's end has come."""
    return row.revoked_ns is not None and row.revoked_ns <= now
