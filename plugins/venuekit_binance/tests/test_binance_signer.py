"""The signer against vectors made by the venue's own SDK and by ccxt, and against the example of the docs."""

from __future__ import annotations

import hmac
import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.credential import Credentials
from venuekit.units import Nanos
from venuekit.wire import Request
from venuekit_binance.endpoints import encode
from venuekit_binance.signer import BinanceSigner, hmac_proof, make_proof

VECTORS: Final[list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("samples").joinpath("vectors.json").read_text()
)["cases"]
SPOT: Final = [case for case in VECTORS if case["name"].startswith("spot_")]
REST: Final = [case for case in VECTORS if not case["name"].startswith("ws_")]

# https://github.com/binance/binance-spot-api-docs rest-api.md, "HMAC Keys", Example 2.
DOCS_KEY: Final = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
DOCS_QUERY: Final = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
DOCS_PROOF: Final = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"


def credentials_of(case: dict[str, Any]) -> Credentials:
    given = case["credentials"]
    return Credentials(api_key=given["api_key"], api_secret=given.get("api_secret") or given["private_key_pem"])


@pytest.mark.parametrize("case", SPOT, ids=lambda case: str(case["name"]))
def test_a_spot_request_is_signed_byte_for_byte_as_the_venues_sdk_does(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    params = [(name, value) for name, value in inputs["ordered_params_sent"] if name != "timestamp"]
    request = Request(method=inputs["method"], url=expected["url"].partition("?")[0], query=encode(params))
    signed = BinanceSigner(credentials_of(case)).sign(request, Nanos(inputs["timestamp"] * 1_000_000 + 999_999))
    assert signed.query == expected["query"]
    assert signed.target == expected["url"]
    assert dict(signed.headers) == {"X-MBX-APIKEY": case["credentials"]["api_key"]}


@pytest.mark.parametrize("case", REST, ids=lambda case: str(case["name"]))
def test_every_rest_vector_has_our_signature(case: dict[str, Any]) -> None:
    proof = make_proof(credentials_of(case))(case["expected"]["string_to_sign"].encode())
    assert unquote(proof) == unquote(case["expected"]["signature"])


def test_the_example_of_the_docs_is_signed_as_published() -> None:
    signer = BinanceSigner(Credentials(api_key="k", api_secret=DOCS_KEY))
    request = Request(method="POST", url="https://api.binance.com/api/v3/order", query=DOCS_QUERY)
    assert signer.sign(request, Nanos(1499827319559 * 1_000_000)).query.endswith(f"signature={DOCS_PROOF}")


@given(st.binary(min_size=1, max_size=200), st.binary(max_size=300))
def test_prepared_hash_states_give_what_hmac_gives(secret: bytes, payload: bytes) -> None:
    assert hmac_proof(secret)(payload) == hmac.digest(secret, payload, "sha256").hex()


def test_a_parameter_outside_ascii_is_percent_encoded_before_signing() -> None:
    signed = BinanceSigner(Credentials(api_key="k", api_secret="s")).sign(
        Request(method="GET", url="https://api.binance.com/x", query=encode([("symbol", "币安USDT")])), Nanos(0)
    )
    payload, _, proof = signed.query.partition("&signature=")
    assert payload == "symbol=%E5%B8%81%E5%AE%89USDT&timestamp=0"
    assert proof == hmac.digest(b"s", payload.encode(), "sha256").hex()


def test_no_repr_and_no_error_tells_a_secret() -> None:
    pem = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----"
    with pytest.raises(ValueError, match="could not be read") as caught:
        make_proof(Credentials(api_key="key", api_secret=pem))
    assert "c2VjcmV0" not in str(caught.value)
    assert caught.value.__suppress_context__
    signer = BinanceSigner(Credentials(api_key="my-key", api_secret="my-secret"))
    signed = signer.sign(Request(method="GET", url="https://api.binance.com/x"), Nanos(0))
    assert "my-" not in repr(signer) + repr(signed)


def test_a_key_of_another_kind_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(ValueError, match="must be RSA or Ed25519"):
        make_proof(Credentials(api_key="key", api_secret=pem))
