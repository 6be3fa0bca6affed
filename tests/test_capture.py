"""The raw-capture format: what is written is read back, what is broken is counted, what is secret is not written."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from venuekit.capture import (
    Exchange,
    Header,
    NewerFormat,
    Provenance,
    Record,
    What,
    frame_record,
    http_record,
    read,
    socket_record,
    write,
    write_header,
)
from venuekit.units import Nanos
from venuekit.wire import Request, Response

AT = Nanos(1_793_865_600_000_000_000)
times = st.integers(0, 2**62).map(Nanos)
names = st.text(max_size=12)
frames = st.one_of(st.text(), st.binary())
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def records(draw: st.DrawFn) -> Record:
    at, venue, conn = draw(times), draw(names), draw(names)
    what = draw(st.sampled_from(What))
    if what in (What.OPEN, What.CLOSE):
        return socket_record(at, venue, conn, what, draw(names))
    if what is not What.HTTP:
        return frame_record(at, venue, conn, what, draw(frames))
    request = Request(method="GET", url="https://acme.example/" + draw(names), query=draw(names), safe=True)
    answer = draw(st.none() | st.builds(Response, st.integers(100, 599), st.binary()))
    return http_record(at, venue, conn, request, answer, draw(names))


@unhurried
@given(st.lists(records()))
def test_what_is_written_is_read_back(written: list[Record]) -> None:
    text = "".join(write(record) + "\n" for record in written)
    reading = read(text.encode().splitlines(keepends=True))
    assert list(reading) == written
    assert (reading.records, reading.skipped) == (len(written), [])


@unhurried
@given(st.lists(records(), min_size=2), st.data())
def test_a_file_that_was_cut_loses_its_last_line_only(written: list[Record], data: st.DataObject) -> None:
    text = "".join(write(record) + "\n" for record in written)
    last = write(written[-1])
    whole = len(text) - len(last) - 1
    cut = data.draw(st.integers(1, len(last) - 1))
    reading = read((text[: whole + cut]).split("\n"))
    assert list(reading) == written[:-1]
    assert [skip.line for skip in reading.skipped] == [len(written)]


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        b"\xff\xfe",
        '{"at_ns":1,"venue":"a","conn":"1","what":"sideways","text":""}',
        '{"at_ns":1,"venue":"a","conn":"1","what":"in"}',
        '{"at_ns":1,"venue":"a","conn":"1","what":"http","text":""}',
        '{"at_ns":1,"venue":"a","conn":"1","what":"in","text":"x","binary":"AA=="}',
        '{"at_ns":1.5,"venue":"a","conn":"1","what":"in","text":"x"}',
    ],
)
def test_a_broken_line_is_skipped_and_named(line: str | bytes) -> None:
    good = write(frame_record(AT, "acme", "1", What.IN, "hi"))
    reading = read([good, line, "\n", good])
    assert [record.payload for record in reading] == ["hi", "hi"]
    assert [skip.line for skip in reading.skipped] == [2]
    assert reading.skipped[0].reason


def test_the_header_tells_where_the_file_comes_from() -> None:
    header = Header(provenance=Provenance.DOCUMENTED, made_by="a reader", made_at_ns=AT)
    reading = read([write_header(header), write(socket_record(AT, "acme", "1", What.CLOSE, "bye"))])
    assert [record.note for record in reading] == ["bye"]
    assert reading.header == header
    assert reading.skipped == []


def test_a_newer_format_is_refused_even_if_its_header_is_strange() -> None:
    with pytest.raises(NewerFormat, match="format 2"):
        list(read(['{"venuekit_capture":2,"provenance":"dreamt"}']))


def test_fields_of_a_later_writer_are_ignored() -> None:
    line = json.dumps({"at_ns": 1, "venue": "a", "conn": "1", "what": "in", "text": "x", "mood": "calm"})
    assert [record.payload for record in read([line])] == ["x"]


SECRETS = ("k3y-of-mine", "s1gn-of-mine")


@pytest.mark.parametrize(
    "request_",
    [
        Request(method="GET", url="https://a.example/x", headers=(("X-KEY", SECRETS[0]),), safe=True),
        Request(method="GET", url="https://a.example/x", query=f"apiKey={SECRETS[0]}&sign={SECRETS[1]}", safe=True),
        Request(method="POST", url="https://a.example/x", body=f'{{"sig":"{SECRETS[0]}"}}'.encode(), safe=True),
        Request(method="POST", url="https://a.example/x", body=f"nonce=1&otp={SECRETS[0]}".encode(), safe=True),
        Request(method="POST", url="https://a.example/x", body=f'{{"order":"{SECRETS[0]}"}}'.encode()),
    ],
)
def test_a_private_exchange_leaves_no_secret_behind(request_: Request) -> None:
    answer = Response(200, SECRETS[0].encode(), {"set-cookie": SECRETS[0]})
    line = write(http_record(AT, "a", "1", request_, answer))
    assert not any(secret in line for secret in SECRETS)
    assert '"status":200' in line


@pytest.mark.parametrize(
    "frame",
    [
        '{"op":"auth","args":["k3y-of-mine",1,"s1gn-of-mine"]}',
        '{"op": "login", "args": [{"apiKey": "k3y-of-mine", "sign": "s1gn-of-mine"}]}',
        '{"method":"session.logon","params":["k3y-of-mine"]}',
        '{"auth":["k3y-of-mine"],"type":"user"}',
    ],
)
def test_a_frame_that_logs_in_leaves_no_secret_behind_even_where_nothing_names_it(frame: str) -> None:
    line = write(frame_record(AT, "a", "1", What.OUT, frame))
    assert not any(secret in line for secret in SECRETS)


def test_a_subscription_is_kept() -> None:
    frame = '{"op":"subscribe","args":["orderbook.50.BTCUSDT"]}'
    assert frame_record(AT, "a", "1", What.OUT, frame).text == frame


def test_a_public_read_that_asks_for_fresh_data_is_kept() -> None:
    request = Request(method="GET", url="https://a.example/x", headers=(("cache-control", "no-cache"),), safe=True)
    assert http_record(AT, "a", "1", request, Response(200, b"[1]")).text == "[1]"


def test_a_public_exchange_keeps_what_a_replay_needs() -> None:
    request = Request(
        method="POST",
        url="https://a.example/info",
        query="depth=5&timestamp=9",
        headers=(("Content-Type", "application/json"),),
        body=b'{"type":"meta"}',
        safe=True,
    )
    record = http_record(AT, "a", "1", request, Response(200, b'{"universe":[]}'), "BTC-USD")
    assert record.http == Exchange(
        method="POST",
        url="https://a.example/info",
        query="depth=5",
        asked='{"type":"meta"}',
        symbol="BTC-USD",
        status=200,
    )
    assert record.response == Response(200, b'{"universe":[]}')


@pytest.mark.parametrize("frame", ['{"op":"login","args":[{"apiKey":"k3y-of-mine"}]}', b'{"jwt":"k3y-of-mine"}'])
def test_a_frame_that_logs_in_is_written_empty(frame: str | bytes) -> None:
    record = frame_record(AT, "a", "1", What.OUT, frame)
    assert "k3y-of-mine" not in write(record)
    assert (record.payload, record.note) == ("", "scrubbed")


def test_a_subscription_with_a_plain_nonce_is_kept() -> None:
    frame = '{"method":"subscribe","params":{"channels":["book.BTC"]},"nonce":17}'
    assert frame_record(AT, "a", "1", What.OUT, frame).payload == frame


TICKER_URL = "https://a.example/markets/KXHIGHNY-26NOV21-B45/orderbook"
POOL_URL = "https://a.example/p/0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("wss://ws.a.example/v2?token=1", "wss://ws.a.example/v2"),
        ("https://me:pass@a.example/v1", "https://a.example/v1"),
        ("https://rpc.example/v3/0123456789abcdef0123456789abcdef", "https://rpc.example/v3/scrubbed"),
        (TICKER_URL, TICKER_URL),
        (POOL_URL, POOL_URL),
    ],
)
def test_a_url_loses_what_opens_doors_and_keeps_the_rest(url: str, told: str) -> None:
    assert socket_record(AT, "a", "1", What.OPEN, url).note == told
