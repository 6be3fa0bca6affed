"""Where the server is and with which key: checked once, and given to httpx in its words.

Used by both clients. What must stay true: the key is in no repr and no exception, so what could make the HTTP library
print a header is refused here, without its value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import httpx

from venuekit_sdk.call import Reply

DEFAULT_URL: Final = "http://localhost:50052"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,512}")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Address:
    """A base URL and the key to it. Build it with `address`."""

    base_url: str
    api_key: str = field(repr=False)
    is_loopback: bool

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {
            "authorization": f"Bearer {self.api_key}",
            "content-type": "application/json",
            "accept": "application/json",
            "user-agent": "venuekit-sdk",
        }


def address(api_key: str, base_url: str) -> Address:
    """Check a key and a URL. Raises: ValueError that shows no key."""
    if not _KEY.fullmatch(api_key):
        raise ValueError("the API key is empty or holds characters that no key has")
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise ValueError(f"expected a base URL such as {DEFAULT_URL}")
    return Address(base_url.rstrip("/"), api_key, parts.hostname in _LOOPBACK)


def reply_of(response: httpx.Response) -> Reply:
    """Read what both clients need of an answer."""
    return Reply(response.status_code, response.content, _seconds(response.headers.get("retry-after", "")))


def is_sent(error: httpx.RequestError) -> bool:
    """Tell whether the server may have read the request that failed so."""
    return not isinstance(
        error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol
    )


def _seconds(text: str) -> float:
    # The header may hold a date instead, which no engine of ours sends; the plain backoff serves then.
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) else 0.0
