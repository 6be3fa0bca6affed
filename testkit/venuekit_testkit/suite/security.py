"""SE: keys stay where they are, and requests go where they were declared to go.

The keys are those of the simulator's account, looked for in everything that an adapter can be made to print or send.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import msgspec

from venuekit.capability import Op
from venuekit.credential import Credentials
from venuekit.errors import NotSent
from venuekit.venue import Fetch, Stream
from venuekit.wire import Flow, Request, Response
from venuekit_testkit.bench.asking import KEYED, PUBLIC, READS, WRITES, At, ask, failure, granted, prepare
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.leak import Secrets, proofs_of, tell_all, walk
from venuekit_testkit.law import Level, Setting, law
from venuekit_testkit.simulate.fault import Fault

Run: TypeAlias = Callable[[Flow[Any]], Any]

HTML: Final = b"<html><body>Bad Gateway</body></html>"
NO: Final = b'{"code":-1,"msg":"no","error":["no"],"message":"no"}'
ANSWERS: Final = (
    *(Response(status, NO) for status in (400, 401, 403, 404, 409, 418, 422, 429, 500, 503)),
    *(Response(200, body) for body in (b"", b"null", b"[]", b"{}", b'"x"', HTML, b"\xff\xfe", b"[" * 2000)),
)
FAULTS: Final = (Fault.RATE_LIMIT, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.LOSE_REQUEST, Fault.GARBLE)
SCHEMES: Final = frozenset(("https", "wss"))


@law("SE-100", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_se100_nothing_of_a_venue_prints_its_keys(bench: Bench) -> None:
    """SE-100. The `repr`, `str` or format of the venue, its signer or a part of it tells a key.

    Whatever is printed ends in a log. A dataclass prints its fields unless it is told not to: give it a `__repr__`.
    """
    secrets = Secrets(bench.keys)
    for part in walk(bench.venue):
        found = secrets.find(f"{part!r} {part!s} {part}")
        assert not found, f"printing a {type(part).__name__} tells {found}"


@law("SE-110", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_se110_a_key_that_cannot_be_read_is_not_told(bench: Bench) -> None:
    """SE-110. Building the venue with a damaged key raises an error that tells the key.

    People paste keys wrongly, and paste the error into an issue. Say what is wrong, and chain nothing that says more.
    """
    middle = len(bench.keys.api_secret) // 2
    for secret in (bench.keys.api_secret[:middle], bench.keys.api_secret[middle:], f"{bench.keys.api_secret}\n#"):
        damaged = msgspec.structs.replace(bench.keys, api_secret=secret)
        with _listening() as said:
            try:
                bench.build(damaged)
            except Exception as error:  # noqa: BLE001 - what it says is judged, not what it is
                said.write(tell_all(error))
        found = Secrets(damaged).find(said.getvalue())
        assert not found, f"the error of a damaged key tells {found}"


@law("SE-120", Level.IMPORTABLE)
def test_se120_no_failure_tells_a_key(bench: Bench) -> None:
    """SE-120. A verb that failed told a key or a signature, in its error, its cause, its trace or a log.

    Every verb is answered with refusals, server errors and nonsense. Name the call in errors, never the request.
    """
    traded = bench.exchange.markets[bench.instrument.venue_symbol]
    for op in granted(bench, *READS, *WRITES):
        question = prepare(bench, op)
        for run in (*map(partial(_answering, bench), ANSWERS), *map(partial(_failing, bench), FAULTS)):
            _require_discreet(bench, op, question, run)
        traded.is_open = False  # so that the venue itself refuses
        for _ in range(2):  # what was taken off is gone the second time
            _require_discreet(bench, op, question, bench.run)
        traded.is_open = True


@law("SE-130", Level.IMPORTABLE, Op.INSTRUMENTS, setting=Setting.MARKET)
def test_se130_market_data_is_asked_for_without_keys(bench: Bench) -> None:
    """SE-130. A request for market data carries a key, or differs once there are keys.

    Reading prices then tells the venue who reads, spends the account's budget, and stops when the key is withdrawn.
    """
    secrets, bare = Secrets(bench.keys), bench.build(None)
    for op in granted(bench, *PUBLIC):
        with_keys, without = next(ask(bench, op)), next(ask(bench, op, bare))
        found = secrets.find(_wire(with_keys))
        assert not found, f"{op.value} sends {found}"
        assert with_keys == without, f"{op.value} is asked differently with keys and without"


@law("SE-140", Level.TRADING, Op.SUBMIT)
def test_se140_the_secret_never_leaves(bench: Bench) -> None:
    """SE-140. The secret itself goes over the wire, or the key stands in a URL's path.

    A secret signs; it is not sent. Paths are logged by every machine on the way, and `Request` prints them.
    """
    secrets = Secrets(msgspec.structs.replace(bench.keys, passphrase=""))
    for op in granted(bench, *READS, *WRITES):
        failure(bench, ask(bench, op))
    for request in bench.sent:
        found = secrets.find(_wire(request), key=False)
        assert not found, f"{request.method} {urlsplit(request.url).path} sends {found}"
        assert not secrets.find(request.url), "a URL's path has a key in it"


@law("SE-150", Level.IMPORTABLE, Op.FEED, setting=Setting.MARKET)
def test_se150_streams_go_to_declared_hosts(bench: Bench) -> None:
    """SE-150. A feed's socket or one of its fetches goes to a host that the plugin does not declare, or in the clear.

    The transport refuses such a host, so the feed would never open.
    """
    feed = bench.venue.feed([bench.instrument])
    _require_declared(bench, feed.url)
    feed.opened(bench.now())
    for out in feed.pending():
        if isinstance(out, Fetch):
            _require_declared(bench, out.request.url)


@law("SE-160", Level.TRADING, Op.ACCOUNT_FEED)
def test_se160_the_accounts_stream_goes_to_declared_hosts_and_tells_no_key(bench: Bench) -> None:
    """SE-160. The account's stream goes to a host that is not declared, or prints its keys."""
    stream: Stream[Any] = bench.venue.account_feed([bench.instrument])
    _require_declared(bench, stream.url)
    secrets = Secrets(bench.keys)
    assert not secrets.find(stream.url), "the URL of the account's stream has a key in it"
    for part in walk(stream):
        found = secrets.find(f"{part!r} {part!s} {part}")
        assert not found, f"printing a {type(part).__name__} tells {found}"


@law("SE-170", Level.IMPORTABLE, Op.INSTRUMENTS, setting=Setting.MARKET)
def test_se170_requests_go_to_declared_hosts(bench: Bench) -> None:
    """SE-170. A request goes to a host that the plugin does not declare, or in the clear."""
    for op in granted(bench, *PUBLIC):
        _require_declared(bench, next(ask(bench, op)).url)


@law("SE-180", Level.TRADING, Op.SUBMIT)
def test_se180_without_keys_nothing_of_an_account_is_sent(bench: Bench) -> None:
    """SE-180. A verb that needs keys sent something without any.

    It raises NotSent, so that the caller knows that nothing happened. Empty credentials are none.
    """
    for keys in (None, Credentials()):
        bare = bench.build(keys)
        for op in granted(bench, *KEYED):
            flow, before = ask(bench, op, bare), len(bench.sent)
            error = failure(bench, flow)
            assert len(bench.sent) == before, f"{op.value} without keys sent a request"
            assert isinstance(error, NotSent), f"{op.value} without keys told {error!r}: raise NotSent"


@law("SE-190", Level.TRADING, Op.ACCOUNT_FEED)
def test_se190_without_keys_no_account_is_streamed(bench: Bench) -> None:
    """SE-190. The account's stream was opened without keys, instead of saying so before the wire.

    Making it, its handshake or `opened` raises NotSent.
    """
    try:
        feed = bench.build(None).account_feed([bench.instrument])
        feed.handshake(bench.now())
        feed.opened(bench.now())
        sent = feed.pending()
    except NotSent:
        return
    raise AssertionError(f"without keys it would send {sent}: raise NotSent")


def _require_discreet(bench: Bench, op: Op, question: At, run: Run) -> None:
    """Run a verb, and look through all that it told of its failure. Raises: AssertionError."""
    before = len(bench.sent)
    with _listening() as said:
        try:
            run(question(bench.now()))
        except Exception as error:  # noqa: BLE001 - what it says is judged, not what it is
            said.write(tell_all(error))
        finally:
            bench.simulator.faults.clear()
    text, proofs = said.getvalue(), [proof for request in bench.sent[before:] for proof in proofs_of(request)]
    found = Secrets(bench.keys).find(text) or next(("a signature" for proof in proofs if proof in text), "")
    assert not found, f"{op.value} failed and told {found}"


def _answering(bench: Bench, answer: Response) -> Run:
    return lambda flow: bench.answer_with(flow, answer)


def _failing(bench: Bench, fault: Fault) -> Run:
    def run(flow: Flow[Any]) -> Any:
        bench.simulator.faults.plan(fault)
        return bench.run(flow)

    return run


def _require_declared(bench: Bench, url: str) -> None:
    parts = urlsplit(url)
    assert (parts.hostname or "") in bench.venue.hosts, f"{parts.hostname} is not declared: {list(bench.venue.hosts)}"
    assert parts.scheme in SCHEMES, f"{parts.scheme}://{parts.hostname} is not encrypted"


def _wire(request: Request) -> str:
    headers = " ".join(value for _, value in request.headers)
    return f"{request.target} {headers} {request.body.decode(errors='replace')}"


@contextmanager
def _listening() -> Iterator[io.StringIO]:
    """Hear all that is logged or printed inside."""
    said, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(said), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with redirect_stdout(said), redirect_stderr(said):
            yield said
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
