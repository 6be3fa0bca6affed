"""The file that `sequence login` writes: a server and the keys to it.

`~/.sequence/config.toml`, or the file that SEQUENCE_CONFIG names. What must stay true: only its owner can read it, and
a cut-off write leaves the old one.
"""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

ENVIRONMENT: Final = "SEQUENCE_CONFIG"
_OWNER_ONLY: Final = 0o600
_FOLDER: Final = 0o700


class Config(NamedTuple):
    """What the file holds; "" where it holds nothing."""

    url: str = ""
    live_key: str = ""
    test_key: str = ""

    def __repr__(self) -> str:
        return f"Config(url={self.url!r})"

    def key(self, sandbox: bool) -> str:
        """Choose a key: the sandbox one where it is wanted or is the only one."""
        return (self.test_key or self.live_key) if sandbox else (self.live_key or self.test_key)


class UnreadableConfig(ValueError):
    """The file is there and is no configuration."""


def config_path() -> Path:
    """Tell where the file is or would be."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named).expanduser() if named else Path.home() / ".sequence" / "config.toml"


def load_config(path: Path) -> Config:
    """Read the file; a missing one is empty. Raises: UnreadableConfig, which shows no value."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableConfig(f"cannot read {path} ({type(error).__name__}): mend or remove it") from None
    return Config(*(str(values.get(name, "")) for name in Config._fields))


def save_config(path: Path, config: Config) -> None:
    """Write the file for its owner's eyes only, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=_FOLDER)
    lines = [f"{name} = {_quoted(value)}\n" for name, value in config._asdict().items() if value]
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".config-")  # made with mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(lines)
    os.chmod(draft, _OWNER_ONLY)
    os.replace(draft, path)


def _quoted(text: str) -> str:
    # A JSON string in UTF-8 is a TOML basic string, but that TOML wants DEL escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
