"""Level 0, connect: health, keys to venues, keys to this server."""

from __future__ import annotations

from typing import Any

from venuekit_sdk.call import Call, Repeat, Script, ask, segment
from venuekit_sdk.errors import ApiError
from venuekit_sdk.result.account import Account, ApiKey, ApiKeys, ConnectedVenue


def health() -> Script[bool]:
    """Tell whether the server answers, within 5 s. Raises nothing."""
    live: Call[None] = Call(method="GET", path="/v1/health/live", repeat=Repeat.NEVER, timeout_s=5.0)
    try:
        yield from ask(live)
    except ApiError:
        return False
    return True


def connect_venue(
    venue: str, api_key: str, api_secret: str, passphrase: str | None = None, extra_json: Any = None
) -> Call[None]:
    """Store or overwrite the keys to a venue. Raises: NotFound for a venue that no plugin offers."""
    body: dict[str, Any] = {"api_key": api_key, "api_secret": api_secret}
    if passphrase:
        body["passphrase"] = passphrase
    if extra_json is not None:
        body["extra_json"] = extra_json
    return Call(method="PUT", path=f"/v1/credentials/{segment(venue)}", body=body)


def disconnect_venue(venue: str) -> Call[None]:
    """Forget the keys to a venue."""
    return Call(method="DELETE", path=f"/v1/credentials/{segment(venue)}")


def venues() -> Call[list[ConnectedVenue]]:
    """List the venues that the engine holds keys for."""
    return Call(method="GET", path="/v1/credentials", result=list[ConnectedVenue])


def account() -> Call[Account]:
    """Tell whose key this is and how much it may ask."""
    return Call(method="GET", path="/v1/account", result=Account)


def api_keys() -> Call[ApiKeys]:
    """List the keys to this server, without their secrets."""
    return Call(method="GET", path="/v1/api_keys", result=ApiKeys)


def create_api_key(label: str, sandbox: bool = False) -> Call[ApiKey]:
    """Make a key; the answer shows it once. It is not sent again when no answer came, or two keys might be made."""
    return Call(
        method="POST",
        path="/v1/api_keys",
        body={"label": label, "sandbox": sandbox},
        result=ApiKey,
        repeat=Repeat.UNSENT,
    )


def rotate_api_key(key_id: str) -> Call[ApiKey]:
    """Replace a key's secret; the answer shows it once. Not sent again when no answer came."""
    path = f"/v1/api_keys/{segment(key_id)}/rotate"
    return Call(method="POST", path=path, result=ApiKey, repeat=Repeat.UNSENT)


def revoke_api_key(key_id: str) -> Call[None]:
    """End a key at once."""
    return Call(method="DELETE", path=f"/v1/api_keys/{segment(key_id)}")
