"""What each venue wants to be told before it lets us trade, and how to ask for it without showing it.

Source: the public API's table of venue credentials, as gathered in the project's specification. A value that starts
with '@' names a file to read, which is how a PEM key comes in.
"""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

import typer


class Field(NamedTuple):
    """One thing to ask for. `name` is a credential field, or "extra.<key>"."""

    name: str
    question: str
    is_secret: bool = True
    is_optional: bool = False


_PLAIN: Final = (Field("api_key", "API key", False), Field("api_secret", "API secret"))
_PHRASE: Final = (*_PLAIN, Field("passphrase", "Passphrase"))
_MAYBE_PHRASE: Final = (*_PLAIN, Field("passphrase", "Passphrase (none: Enter)", is_optional=True))
FIELDS: Final[dict[str, tuple[Field, ...]]] = {
    "okx": _PHRASE,
    "bitget": _PHRASE,
    "cryptocom": _MAYBE_PHRASE,
    "coinbase": _MAYBE_PHRASE,
    "kalshi": (Field("api_key", "Key id", False), Field("api_secret", "Private key, as @file.pem")),
    "polymarket": (
        Field("extra.signer_private_key", "Signer private key (0x...)"),
        Field("extra.proxy_address", "Proxy address (none: Enter)", False, True),
    ),
    "hyperliquid": (
        Field("api_key", "Agent wallet address", False),
        Field("api_secret", "Agent private key"),
        Field("passphrase", "Vault address (none: Enter)", False, True),
    ),
}


def ask_credentials(venue: str) -> dict[str, Any]:
    """Ask for what a venue wants and give the arguments of `connect_venue`. Raises: ValueError for an empty answer."""
    given: dict[str, Any] = {"api_key": "", "api_secret": ""}
    for field in FIELDS.get(venue, _PLAIN):
        answer = _answer(field)
        group, _, key = field.name.rpartition(".")
        if group:
            given.setdefault("extra_json", {}).update({key: answer} if answer else {})
        else:
            given[field.name] = answer
    return given


def ask_line(question: str, is_secret: bool) -> str:
    """Ask one question on the terminal, unseen if secret; a pipe is read a line at a time."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    if is_secret:
        return getpass.getpass(f"{question}: ", stream=sys.stderr).strip()
    typer.echo(f"{question}: ", nl=False, err=True)
    return sys.stdin.readline().strip()


def _answer(field: Field) -> str:
    answer = ask_line(field.question, field.is_secret)
    if answer.startswith("@"):
        answer = _read(answer[1:])
    if not answer and not field.is_optional:
        raise ValueError(f"{field.question}: expected an answer, found none")
    return answer


def _read(path: str) -> str:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"cannot read the file {path} ({type(error).__name__})") from None
