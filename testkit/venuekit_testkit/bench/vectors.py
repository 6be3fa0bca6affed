"""Signing vectors in a neutral file: `vectors.json` of a plugin's package, which ports in other languages can read too.

Used by the laws of signing. Only what is signed the same every time belongs there; a signature with chance in it is
proven by the simulator, which checks it, or in the plugin's own tests.

    {"signer": "venuekit_acme.signer:AcmeSigner",
     "cases": [{"name": "limit order", "source": "acme-sdk 1.2.0", "now": 1763683200000000000,
                "credentials": {"api_key": "…", "api_secret": "…"},
                "request": {"method": "POST", "url": "https://api.acme.example/order", "query": "a=1", "body": ""},
                "signed": {"query": "a=1&signature=…", "headers": {"X-KEY": "…"}, "body": ""}}]}

`signer` takes credentials and has `sign(request, now)`. Times are Unix nanoseconds; queries are percent-encoded, as
they are sent; bodies are text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from venuekit.credential import Credentials
from venuekit.wire import Request
from venuekit_testkit.bench.profile import folder_of

FILE: Final = "vectors.json"


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of a case: made for it, and good for nothing else."""

    api_key: str = ""
    api_secret: str = ""
    passphrase: str = ""
    extra: dict[str, Any] = {}

    def __repr__(self) -> str:
        return "Keys(***)"

    def to_model(self) -> Credentials:
        """Give them as a venue takes them."""
        return Credentials(self.api_key, self.api_secret, self.passphrase, self.extra)


class Unsigned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be signed."""

    method: str
    url: str
    query: str = ""
    headers: Mapping[str, str] = {}
    body: str = ""

    def to_model(self) -> Request:
        """Give it as a signer takes it."""
        headers = tuple(self.headers.items())
        return Request(method=self.method, url=self.url, query=self.query, headers=headers, body=self.body.encode())


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the other software made of it."""

    query: str = ""
    headers: Mapping[str, str] = {}
    body: str = ""


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One vector. `source` names the software and its version."""

    name: str
    source: str
    now: int
    credentials: Keys
    request: Unsigned
    signed: Signed

    def differs(self, made: Request) -> str:
        """Tell what of a signed request is not as the vector says, or ""."""
        given = {"the query": made.query, "the headers": dict(made.headers), "the body": made.body.decode()}
        wanted = {"the query": self.signed.query, "the headers": self.signed.headers, "the body": self.signed.body}
        return "; ".join(
            f"{name} is {given[name]!r}, not {told!r}" for name, told in wanted.items() if given[name] != told
        )


class Vectors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file."""

    signer: str
    cases: list[Case]


def read_vectors(package: str) -> Vectors | None:
    """Read a plugin's vectors; None where it has no such file. Raises: AssertionError for one that cannot be read."""
    path = folder_of(package) / FILE
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Vectors)
    except msgspec.DecodeError as error:
        raise AssertionError(f"{package}/{FILE}: {error}") from None
