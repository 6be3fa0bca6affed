"""Keys to venues, sealed at rest and never given back. Implements `CredentialService`; desks `load` from here.

Used by the server through its protocol, and by the composition root. What must stay true: what is kept in memory is
sealed too; keys are in clear only for as long as a desk is built. `on_change` runs after the change is durable.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from venuekit.credential import Credentials
from venuekit.units import Nanos
from venuekit_engine.answer import ConnectedVenue
from venuekit_engine.caller import Caller
from venuekit_engine.identity.vault import Vault
from venuekit_engine.refusal import Detail, NotFound, Unprocessable
from venuekit_engine.store.store import CredentialRow, Store

OnChange = Callable[[str, str], None]  # client, venue
Health = Callable[[str, str], tuple[Nanos | None, str | None]]  # when an account last answered, and why it does not


class SealedCredentials:
    """Every client's keys to every venue. `venues` are the ids that plugins offer.

    Raises: VaultError at birth if the vault's key is not the one that sealed what is stored.
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        venues: Collection[str],
        now: Callable[[], Nanos],
        on_change: OnChange,
        health: Health = lambda client_id, venue: (None, None),
    ) -> None:
        self._health = health
        self._store, self._vault, self._venues, self._now, self._on_change = store, vault, venues, now, on_change
        self._rows = {(row.client_id, row.venue): row for row in store.credentials()}
        for client_id, venue in self._rows:
            self.load(client_id, venue)  # a wrong key is told at the start, not at the first order

    async def connect(self, caller: Caller, venue: str, credentials: Credentials) -> None:
        """Store or overwrite. Raises: NotFound for a venue that no plugin offers, Unprocessable for no keys at all."""
        self._require_offered(venue)
        _require_some(credentials)
        sealed = self._vault.seal(caller.client_id, venue, credentials)
        row = CredentialRow(caller.client_id, venue, sealed, self._now())
        await self._store.put_credential(row)
        self._rows[caller.client_id, venue] = row
        self._on_change(caller.client_id, venue)

    async def disconnect(self, caller: Caller, venue: str) -> None:
        """Forget. Raises: NotFound for a venue that is not connected."""
        if (caller.client_id, venue) not in self._rows:
            raise NotFound(f"the venue {venue!r} is not connected")
        await self._store.drop_credential(caller.client_id, venue)
        self._rows.pop((caller.client_id, venue), None)
        self._on_change(caller.client_id, venue)

    async def list(self, caller: Caller) -> list[ConnectedVenue]:
        """List the venues that the caller's client has keys to, by name."""
        mine = [venue for owner, venue in sorted(self._rows) if owner == caller.client_id]
        return [ConnectedVenue(venue, True, *self._health(caller.client_id, venue)) for venue in mine]

    def connected(self) -> Sequence[tuple[str, str]]:
        """List every client with each venue that it has keys to."""
        return sorted(self._rows)

    def load(self, client_id: str, venue: str) -> Credentials | None:
        """Open one client's keys to one venue, for its desk; None where there are none. Raises: VaultError."""
        row = self._rows.get((client_id, venue))
        return self._vault.open(client_id, venue, row.sealed) if row is not None else None

    def _require_offered(self, venue: str) -> None:
        if venue not in self._venues:
            raise NotFound(
                f"no plugin offers the venue {venue!r}; there are: {', '.join(sorted(self._venues)) or 'none'}"
            )


def _require_some(credentials: Credentials) -> None:
    if not any((credentials.api_key, credentials.api_secret, credentials.passphrase, credentials.extra)):
        names = ("api_key", "api_secret", "passphrase", "extra_json")
        raise Unprocessable("no credentials were given", [Detail(name, "is empty") for name in names])
