"""How tests of simulators call Binance's: requests signed by hand, as its documentation says, and no plugin."""

from __future__ import annotations

import hmac
from base64 import b64encode
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from venuekit.units import NANOS_PER_MS, Nanos
from venuekit_testkit.simulate.binance.face import BinanceSimulator
from venuekit_testkit.simulate.binance.keys import KEYS
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.exchange.order import Order

NOW: Final = Nanos(1_795_000_000_000 * NANOS_PER_MS)
FORM: Final = "application/x-www-form-urlencoded"
SYMBOL: Final = "BTCUSDT"
REST: Final = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01"}
BID: Final = "63999.94"  # rests: a tick under the best
LIMIT: Final = {**REST, "price": BID}


def sign(secret: str, payload: bytes) -> str:
    """Prove a payload with a key of any kind."""
    if not secret.startswith("-----BEGIN"):
        return hmac.digest(secret.encode(), payload, "sha256").hex()
    key = load_pem_private_key(secret.encode(), None)
    if isinstance(key, RSAPrivateKey):
        return b64encode(key.sign(payload, PKCS1v15(), SHA256())).decode()
    assert isinstance(key, Ed25519PrivateKey)
    return b64encode(key.sign(payload)).decode()


def signed_call(
    method: str, path: str, params: dict[str, str], *, kind: str = "HMAC", now: Nanos = NOW, in_body: bool = False
) -> Call:
    """Write a signed call, its parameters in the query or in a form."""
    key = KEYS[kind]
    text = urlencode({**params, "timestamp": str(now // NANOS_PER_MS)})
    proven = f"{text}&signature={quote(sign(key['api_secret'], text.encode()), safe='')}"
    headers = {"x-mbx-apikey": key["api_key"], "content-type": FORM}
    query, body = ("", proven) if in_body else (proven, "")
    return Call(method=method, path=f"/api/v3/{path}", query=query, headers=headers, body=body.encode())


class Caller:
    """A simulator and who calls it. Time stands still but for `wait`."""

    def __init__(self, venue: BinanceSimulator | None = None) -> None:
        self.venue, self.now = venue or BinanceSimulator(), NOW

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now = Nanos(self.now + int(seconds * 1e9))

    def send(self, call: Call) -> Reply:
        """Hand over a call, which is answered."""
        reply = self.venue.handle(call, self.now)
        assert reply is not None, "no answer came"
        return reply

    def get(self, path: str, query: str = "") -> Any:
        """Ask for public data."""
        return self.read(self.send(Call(method="GET", path=f"/api/v3/{path}", query=query)))

    def ask(self, method: str, path: str, /, **params: str) -> Any:
        """Make a signed call that must succeed."""
        return self.read(self.send(signed_call(method, path, params, now=self.now)))

    def refused(self, method: str, path: str, /, **params: str) -> tuple[int, int, str]:
        """Make a signed call that must fail; give status, code and message."""
        return denial(self.send(signed_call(method, path, params, now=self.now)))

    def rest(self, client_id: str = "one", **terms: str) -> Order:
        """Place an order that rests."""
        self.ask("POST", "order", **{**LIMIT, "newClientOrderId": client_id, **terms})
        return self.venue.exchange.find_client(client_id)

    def held(self, asset: str) -> Any:
        """Tell what the account holds of an asset."""
        return self.venue.exchange.accounts[ME].assets[asset]

    @staticmethod
    def read(reply: Reply) -> Any:
        """Read an answer that must be a success."""
        assert reply.status == 200, reply.body
        return msgspec.json.decode(reply.body)


def denial(reply: Reply) -> tuple[int, int, str]:
    """Read a refusal."""
    told = msgspec.json.decode(reply.body)
    assert reply.status >= 400, told
    return reply.status, told["code"], told["msg"]
