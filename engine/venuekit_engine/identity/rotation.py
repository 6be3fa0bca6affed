"""Change the master key: every row of credentials is sealed again under the new one.

Used by an operator's command, while no engine runs. What must stay true: a run that was cut short is finished by
running it again with the same two keys, and a wrong old key changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from venuekit_engine.identity.vault import Vault, VaultError
from venuekit_engine.store.store import CredentialRow, Store


async def rotate_master_key(store: Store, old: Vault, new: Vault) -> int:
    """Seal what is stored under the new key; give how many rows changed. Raises: VaultError before any does."""
    rows = list(reseal(store.credentials(), old, new))
    for row in rows:
        await store.put_credential(row)
    return len(rows)


def reseal(rows: Iterable[CredentialRow], old: Vault, new: Vault) -> Iterator[CredentialRow]:
    """Seal again the rows that the new key does not open yet. Raises: VaultError for one that neither opens."""
    for row in rows:
        if not _opens(new, row):
            credentials = old.open(row.client_id, row.venue, row.sealed)
            yield msgspec.structs.replace(row, sealed=new.seal(row.client_id, row.venue, credentials))


def _opens(vault: Vault, row: CredentialRow) -> bool:
    try:
        vault.open(row.client_id, row.venue, row.sealed)
    except VaultError:
        return False
    return True
