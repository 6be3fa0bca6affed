"""The signer against vectors of the venue's own SDK and of a second one: texts by the byte, proofs by public key."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from venuekit.credential import Credentials
from venuekit.errors import NotSent
from venuekit.units import Nanos
from venuekit.wire import Request
from venuekit_kalshi.caller import Caller
from venuekit_kalshi.signer import KalshiSigner, make_proof, message
from venuekit_kalshi.venue import Kalshi
from venuekit_testkit.play import first_request

CASES: Final[list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("samples").joinpath("vectors.json").read_text()
)["cases"]
REST: Final = [case for case in CASES if case["name"] != "websocket_handshake"]
SOCKET: Final = next(case for case in CASES if case["name"] == "websocket_handshake")
ALL: Final = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))


def keys_of(case: dict[str, Any]) -> Credentials:
    given = case["credentials"]
    return Credentials(api_key=given["key_id"], api_secret=given["private_key_pem"])


def now_of(case: dict[str, Any]) -> Nanos:
    return Nanos(case["inputs"]["timestamp_ms"] * 1_000_000 + 999_999)


def check_proof(case: dict[str, Any], proof: str, text: str) -> None:
    """Check a signature as the venue does. Raises: InvalidSignature."""
    key = load_pem_public_key(case["credentials"]["public_key_pem"].encode())
    if isinstance(key, Ed25519PublicKey):
        key.verify(b64decode(proof), text.encode())
    else:
        assert isinstance(key, RSAPublicKey)
        key.verify(b64decode(proof), text.encode(), PSS(MGF1(SHA256()), 32), SHA256())


def test_all_published_cases_are_here() -> None:
    seconds = [case for case in CASES if case["expected"].get("second_signer")]
    assert (len(CASES), len(seconds)) == (24, 12)


@ALL
def test_the_signed_text_is_the_sdks_byte_for_byte(case: dict[str, Any]) -> None:
    inputs = case["inputs"]
    path = urlsplit(inputs["url"]).path
    assert path == inputs["path"]
    assert message(inputs["method"], path, now_of(case)) == case["expected"]["message"]


@ALL
def test_the_sdks_own_signature_is_one_of_this_text(case: dict[str, Any]) -> None:
    expected = case["expected"]
    check_proof(case, expected["headers"]["KALSHI-ACCESS-SIGNATURE"], expected["message"])
    if second := expected.get("second_signer"):
        check_proof(case, second["signature_b64"], expected["message"])


@pytest.mark.parametrize("case", REST, ids=lambda case: str(case["name"]))
def test_a_request_is_signed_so_that_the_venue_believes_it(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    url, _, query = inputs["url"].partition("?")
    request = Request(method=inputs["method"], url=url, query=query, headers=(("a", "b"),), body=b"{}")
    signed = KalshiSigner(keys_of(case)).sign(request, now_of(case))
    assert (signed.target, signed.body, signed.headers[0]) == (inputs["url"], b"{}", ("a", "b"))
    check_headers(case, dict(signed.headers[1:]), expected["message"])


def check_headers(case: dict[str, Any], headers: dict[str, str], text: str) -> None:
    proof, expected = headers.pop("KALSHI-ACCESS-SIGNATURE"), dict(case["expected"]["headers"])
    sdks = expected.pop("KALSHI-ACCESS-SIGNATURE")
    assert headers == expected
    check_proof(case, proof, text)
    assert (proof == sdks) is bool(case["expected"]["signature_is_deterministic"])


def test_a_socket_is_opened_with_the_same_proof() -> None:
    caller = Caller("https://r", "wss://external-api-ws.kalshi.com", keys_of(SOCKET))
    assert caller.socket == SOCKET["inputs"]["url"]
    check_headers(SOCKET, dict(caller.handshake(now_of(SOCKET))), SOCKET["expected"]["message"])


def test_the_check_itself_sees_a_wrong_text() -> None:
    for case in (REST[0], SOCKET, next(each for each in REST if each["name"].endswith("_ed25519"))):
        headers = dict(KalshiSigner(keys_of(case)).prove("GET", case["inputs"]["path"], now_of(case)))
        with pytest.raises(InvalidSignature):
            check_proof(case, headers["KALSHI-ACCESS-SIGNATURE"], "another text")


def test_a_passphrase_opens_a_locked_key() -> None:
    plain = keys_of(REST[0])
    key = load_pem_private_key(plain.api_secret.encode(), None)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open")).decode()
    proof = make_proof(Credentials(api_key="k", api_secret=locked, passphrase="open"))
    public = key.public_key()
    assert isinstance(public, RSAPublicKey)
    public.verify(proof(b"text"), b"text", PSS(MGF1(SHA256()), 32), SHA256())
    for wrong in ("", "shut"):
        with pytest.raises(ValueError, match="wrong passphrase"):
            make_proof(Credentials(api_key="k", api_secret=locked, passphrase=wrong))


def test_no_repr_and_no_error_tells_a_secret() -> None:
    pem = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----"
    with pytest.raises(ValueError, match="could not be read") as caught:
        make_proof(Credentials(api_key="key", api_secret=pem))
    assert "c2VjcmV0" not in str(caught.value)
    assert caught.value.__suppress_context__
    credentials = keys_of(REST[0])
    signer = KalshiSigner(credentials)
    signed = signer.sign(Request(method="GET", url="https://h/x"), Nanos(0))
    assert credentials.api_key not in repr(signer) + repr(signed)


def test_a_key_of_another_kind_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(ValueError, match="must be RSA or Ed25519"):
        make_proof(Credentials(api_key="key", api_secret=pem))


def test_without_keys_nothing_is_signed_and_no_socket_opens() -> None:
    venue = Kalshi()
    with pytest.raises(NotSent, match="needs a key id"):
        first_request(venue.balances(Nanos(0)))
    with pytest.raises(NotSent, match="needs a key id"):
        venue.feed([]).handshake(Nanos(0))
