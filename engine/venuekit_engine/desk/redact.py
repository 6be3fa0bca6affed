"""Takes a client's keys out of what a plugin's error says.

Used by `live_desks.py` around every call of a plugin. What must stay true: an error that leaves a desk, and the errors
behind it, quote no part of the keys, so they may be logged, journalled and shown.
"""

from __future__ import annotations

from typing import Final

from venuekit.credential import Credentials

HIDDEN: Final = "***"


def secrets_of(keys: Credentials) -> tuple[str, ...]:
    """List what may not be quoted, the longest first."""
    parts = {keys.api_key, keys.api_secret, keys.passphrase, *map(str, keys.extra.values())} - {""}
    return tuple(sorted(parts, key=len, reverse=True))


def redact(error: BaseException, secrets: tuple[str, ...]) -> None:
    """Take the keys out of an error and of those that led to it."""
    seen: list[BaseException] = []
    led: BaseException | None = error
    while led is not None and led not in seen:
        seen.append(led)
        led.args = tuple(_hide(part, secrets) for part in led.args)
        for name, value in vars(led).items():
            setattr(led, name, _hide(value, secrets))
        led = led.__cause__ or led.__context__


def hide(text: str, secrets: tuple[str, ...]) -> str:
    """Take the keys out of a text."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def _hide(value: object, secrets: tuple[str, ...]) -> object:
    text = value if isinstance(value, str) else repr(value)
    return hide(text, secrets) if any(secret in text for secret in secrets) else value
