"""SG: what is signed is what is sent, at the time that was given, by the key that was given.

The simulator proves signatures by itself, from the venue's documentation. What it cannot prove, because the venue signs
only a part of a request, `vectors.json` does: what other people's software signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from venuekit.capability import Op
from venuekit.errors import Refused, RejectReason, TradeError
from venuekit.plugin import load
from venuekit.secrecy import HARMLESS_HEADERS
from venuekit.units import Nanos
from venuekit.wire import Request
from venuekit_testkit.bench.asking import KEYED, WRITES, ask, failure, granted, prepare
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.vectors import read_vectors
from venuekit_testkit.law import Level, law

HOUR_NS: Final = 3_600_000_000_000
MICRO_NS: Final = 1_000
NONCES: Final = (
    "https://github.com/hummingbot/hummingbot/issues/7737",
    "https://github.com/elliottech/lighter-python/issues/60",
)


@law("SG-100", Level.TRADING, Op.SUBMIT, core=True)
def test_sg100_every_signature_is_accepted(bench: Bench) -> None:
    """SG-100. The venue refused the signature of a verb.

    What is signed is not what is sent: look at percent-encoding, at the order of parameters, at an empty body.
    """
    for op in granted(bench, *KEYED):
        error = failure(bench, ask(bench, op))
        assert not _is_auth(error), f"{op.value} was not recognised: {error}"


@law("SG-110", Level.TRADING, Op.SUBMIT)
def test_sg110_what_is_altered_on_the_way_is_refused(bench: Bench) -> None:
    """SG-110. A request was altered on the way, and the order was placed all the same.

    Every query parameter and every header that proves something is covered by the signature, or is the signature.
    """
    request = next(bench.venue.submit(bench.order(), bench.now()))
    for altered, what in _altered(request):
        bench.world.answer(altered, bench.now())
        assert not bench.exchange.mine(), f"{what} was altered, and the order was placed"


@law("SG-120", Level.TRADING, Op.SUBMIT, core=True)
def test_sg120_a_wrong_secret_is_told_as_auth(bench: Bench) -> None:
    """SG-120. With a wrong secret or an unknown key, the error is not a refusal for AUTH.

    The user has to hear that the keys are wrong, not that the order was.
    """
    for keys in (
        msgspec.structs.replace(bench.keys, api_secret=other_secret(bench.keys.api_secret)),
        msgspec.structs.replace(bench.keys, api_key=_alter(bench.keys.api_key)),
    ):
        order, venue = bench.order(), bench.build(keys)
        error = failure(bench, venue.submit(order, bench.now()))
        assert _is_auth(error), f"wrong keys are told as {error!r}"


@law("SG-130", Level.TRADING, Op.SUBMIT)
def test_sg130_a_clock_that_is_off_is_told_as_auth(bench: Bench) -> None:
    """SG-130. The venue's clock is an hour away, it refused, and the error is not a refusal for AUTH."""
    for skew in (-HOUR_NS, HOUR_NS):
        bench.simulator.skew_ns = skew
        error = failure(bench, ask(bench, Op.SUBMIT))
        assert error is None or _is_auth(error), f"a clock an hour off is told as {error!r}"


@law("SG-140", Level.TRADING, Op.SUBMIT, incidents=NONCES)
def test_sg140_no_nonce_is_used_twice(bench: Bench) -> None:
    """SG-140. Two calls a nanosecond apart had one nonce, and the venue refused the second.

    `now` grows with every call and is all the uniqueness that there is: a nonce in milliseconds throws it away. A verb
    that makes several requests needs a nonce for each.
    """
    for op in granted(bench, *KEYED):
        apart = 1 if op is Op.SUBMIT else MICRO_NS  # what makes several requests may use the times in between
        questions = [prepare(bench, op) for _ in range(3)]
        began = bench.now()
        for each, question in enumerate(questions):
            error = failure(bench, question(Nanos(began + each * apart)))
            assert not _is_auth(error), f"{op.value}, asked {apart} ns after another: {error}"


@law("SG-150", Level.TRADING, Op.SUBMIT)
def test_sg150_the_same_question_at_the_same_time_is_the_same_request(bench: Bench) -> None:
    """SG-150. Two adapters, asked the same at the same time, made two different requests, beyond the signature.

    Something was drawn or read that was not given: a clock, chance, a counter. Then no run can be repeated.
    """
    one, other = bench.again(), bench.again()
    for op in granted(bench, *WRITES):
        first, second = next(ask(one, op)), next(ask(other, op))
        same = (first.method, first.url, first.body) == (second.method, second.url, second.body)
        assert same, f"{op.value} is not the same twice: {first}, {second}"
        differing = sorted({name for name, _ in set(_values(first)) ^ set(_values(second))})
        assert len(differing) <= 1, f"{op.value} differs in {differing}"


@law("SG-160", Level.TRADING, Op.SUBMIT)
def test_sg160_vectors_are_signed_as_others_sign_them(bench: Bench) -> None:
    """SG-160. The signer does not give what `vectors.json` of the plugin's package says that others' software gives.

    See docs/conformance/vectors.md for the file. A plugin without one proves its signer in its own tests.
    """
    told = read_vectors(bench.package)
    signer = load(told.signer) if told else None
    for case in told.cases if told else ():
        assert signer is not None
        signed = signer(case.credentials.to_model()).sign(case.request.to_model(), Nanos(case.now))
        wrong = case.differs(signed)
        assert not wrong, f"{case.name} (from {case.source}): {wrong}"


def _is_auth(error: TradeError | None) -> bool:
    return isinstance(error, Refused) and error.reason is RejectReason.AUTH


@cache
def other_secret(secret: str) -> str:
    """Make a secret of the same kind that is another: a new key for a PEM, else one letter changed in its alphabet."""
    if not secret.lstrip().startswith("-----BEGIN"):
        return _alter(secret)
    return _fresh(load_pem_private_key(secret.encode(), None)).decode()


def _fresh(like: Any) -> bytes:
    made: Any
    if isinstance(like, EllipticCurvePrivateKey):
        made = generate_private_key(like.curve)
    else:
        made = Ed25519PrivateKey.generate() if isinstance(like, Ed25519PrivateKey) else generate_rsa(65537, 2048)
    pem: bytes = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem


def _alter(text: str) -> str:
    """Change the letter in the middle, within hexadecimal and base64 alike."""
    if not text:
        return "0"
    at = len(text) // 2
    return f"{text[:at]}{'1' if text[at] == '0' else '0'}{text[at + 1 :]}"


def _altered(request: Request) -> Iterator[tuple[Request, str]]:
    for at, (name, value) in enumerate(request.headers):
        if name.lower() not in HARMLESS_HEADERS:
            headers = (*request.headers[:at], (name, _alter(value)), *request.headers[at + 1 :])
            yield msgspec.structs.replace(request, headers=headers), f"the header {name}"
    parts = request.query.split("&") if request.query else []
    for at, part in enumerate(parts):
        name, _, value = part.partition("=")
        query = "&".join((*parts[:at], f"{name}={_alter(value)}", *parts[at + 1 :]))
        yield msgspec.structs.replace(request, query=query), f"the parameter {name}"


def _values(request: Request) -> list[tuple[str, str]]:
    return [*request.headers, *parse_qsl(request.query, keep_blank_values=True)]
