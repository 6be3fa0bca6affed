"""The key that seals all others: read from text, or from a file that only its owner can read.

Used by the composition root, which alone reads the environment. What must stay true: no message repeats the key, and a
key that was made survives a power cut before anything is sealed with it.
"""

from __future__ import annotations

import os
import stat
from base64 import b64decode
from binascii import Error as NotBase64
from contextlib import suppress
from pathlib import Path
from typing import Final

from venuekit_engine.identity.apikey import Random

KEY_BYTES: Final = 32
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class MasterKeyError(Exception):
    """There is no usable master key; the message says why and what to do."""


def parse_master_key(text: str) -> bytes:
    """Read 32 bytes written in hex or base64. Raises: MasterKeyError."""
    spelled = text.strip()
    for decode in (bytes.fromhex, _from_base64):
        with suppress(ValueError, NotBase64):
            if len(key := decode(spelled)) == KEY_BYTES:
                return key
    raise MasterKeyError(f"the master key must be {KEY_BYTES} bytes in hex or base64, found {len(spelled)} characters")


def load_master_key(path: Path, random: Random) -> bytes:
    """Read the key file, or make one. Raises: MasterKeyError if it cannot be read or others can read it."""
    try:
        return _read(path) if path.exists() else _make(path, random)
    except OSError as error:
        raise MasterKeyError(f"the key file {path} cannot be used: {error.strerror}") from error


def _from_base64(text: str) -> bytes:
    return b64decode(text.replace("-", "+").replace("_", "/"), validate=True)


def _read(path: Path) -> bytes:
    if path.stat().st_mode & OTHERS:
        raise MasterKeyError(f"the key file {path} can be read by others: run chmod 600 on it")
    try:
        return parse_master_key(path.read_text(errors="replace"))
    except MasterKeyError as error:
        raise MasterKeyError(f"the key file {path} is damaged: {error}") from None


def _make(path: Path, random: Random) -> bytes:
    key = random(KEY_BYTES)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as out:
        out.write(f"{key.hex()}\n")
        out.flush()
        os.fsync(out.fileno())
    _sync_folder(path.parent)
    return key


def _sync_folder(path: Path) -> None:
    # The file's name is durable only with its folder.
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
