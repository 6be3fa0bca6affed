"""What must not be written down: which parts of a request or a frame prove who we are.

Used by `capture.py`. Errs on the side of silence: a request with any header that is not on the short list of harmless
ones counts as private, so a venue we have never met leaks nothing.
"""

from __future__ import annotations

import re
from typing import Final

from venuekit.wire import Frame, Request

HARMLESS_HEADERS: Final = frozenset(("accept", "accept-encoding", "cache-control", "content-type", "user-agent"))

# Spelt without case, dash and underscore, as in `apiKey`, `api_key`, `ACCESS-SIGN`.
PROOFS: Final = frozenset((
    "accesskey", "accesssign", "accesstoken", "apikey", "apisecret", "apisign", "authorization", "jwt", "listenkey",
    "otp", "passphrase", "password", "privatekey", "secret", "sig", "sign", "signature", "token",
))  # fmt: skip
SECRET_NAMES: Final = PROOFS | {"nonce", "recvwindow", "timestamp"}  # these prove nothing, and never match in a replay

# A frame that logs in may give its key and proof without names: {"op": "auth", "args": [...]}, as Bybit's does.
_LOGIN = re.compile(r'"(?:auth|authenticate|login|logon|session\.logon)"', re.IGNORECASE)
_NAME = re.compile(r"""(?:^|[&"])([A-Za-z_\-]{2,32})(?:"\s*:|=)""")  # in JSON, and in a form
_KEY_LIKE = re.compile(r"(?=.*[0-9])(?=.*[a-z])[A-Za-z0-9_\-]{24,}")  # a path of an RPC provider carries its key
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")  # of a pool or a token: public
SCRUBBED: Final = "scrubbed"


def scrub_url(url: str) -> str:
    """Take the query, a user with a password, and path parts that look like keys out of a URL."""
    scheme, mark, rest = url.partition("?")[0].partition("://")
    host, *path = rest.split("/")
    parts = [host.rpartition("@")[2], *(SCRUBBED if _is_key_like(part) else part for part in path)]
    return scheme + mark + "/".join(parts)


def scrub_query(query: str) -> str:
    """Take keys, signatures and their times out of a query; keep the rest in its order."""
    return "&".join(part for part in query.split("&") if part and _plain(part.partition("=")[0]) not in SECRET_NAMES)


def is_private(request: Request) -> bool:
    """Tell whether a request speaks for an account: neither its body nor its answer may be kept."""
    signed = any(name.lower() not in HARMLESS_HEADERS for name, _ in request.headers)
    return signed or not request.safe or has_secret(request.query) or has_secret(request.body)


def has_secret(text: Frame) -> bool:
    """Tell whether a JSON or form text logs in, or names a key, a signature or a token anywhere."""
    read = text if isinstance(text, str) else text.decode(errors="replace")
    return _LOGIN.search(read) is not None or any(_plain(name) in PROOFS for name in _NAME.findall(read))


def _is_key_like(part: str) -> bool:
    return _KEY_LIKE.fullmatch(part) is not None and _ADDRESS.fullmatch(part) is None


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
