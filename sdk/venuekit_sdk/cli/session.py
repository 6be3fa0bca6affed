"""Which server a command asks, with which key: the command line first, then the environment, then the file.

What must stay true: the file's keys go to the file's server only, so `--url` cannot carry a key to a stranger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from venuekit_sdk.cli.config import Config, config_path, load_config

if TYPE_CHECKING:
    from venuekit_sdk.client import Sequence

DEFAULT_URL: Final = "http://localhost:50052"
RETRIES: Final = 2  # somebody waits at the terminal


class Given(NamedTuple):
    """What the command line and the environment say."""

    url: str | None = None
    key: str | None = None
    sandbox: bool = False

    def __repr__(self) -> str:
        return f"Given(url={self.url!r})"

    def over(self, outer: Given) -> Given:
        """Let a command's own options stand before those given ahead of its name."""
        return Given(self.url or outer.url, self.key or outer.key, self.sandbox or outer.sandbox)


class Session(NamedTuple):
    """An open client, and whether orders are for paper."""

    seq: Sequence
    url: str
    sandbox: bool


class NoKey(ValueError):
    """No key to this server is known."""


def resolve(given: Given, config: Config) -> tuple[str, str]:
    """Choose the URL and the key; "" for the key where none is known."""
    url = (given.url or config.url or DEFAULT_URL).rstrip("/")
    own = config.key(given.sandbox) if url == (config.url or DEFAULT_URL).rstrip("/") else ""
    return url, given.key or own


def open_session(given: Given) -> Session:
    """Open a client. Raises: NoKey, ValueError for a URL or a configuration that cannot be."""
    from venuekit_sdk.client import Sequence

    url, key = resolve(given, load_config(config_path()))
    if not key:
        raise NoKey(f"no API key for {url}: run `sequence login --url {url}`, set SEQ_API_KEY or give --key")
    return Session(Sequence(key, url, max_retries=RETRIES), url, given.sandbox)
