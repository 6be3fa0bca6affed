"""The reference venue keeps its own page: what docs/conformance/reference-protocol.md says, the simulator does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from venuekit.units import NANOS_PER_S, Nanos
from venuekit_testkit.reference.codes import GONE, REASONS, TAKEN
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.exchange.rules import Why
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.reference.denials import CODES, TOLD
from venuekit_testkit.simulate.reference.face import ReferenceSimulator
from venuekit_testkit.simulate.reference.listing import EVENT
from venuekit_testkit.simulate.reference.proof import KEY, SECRET, sign
from venuekit_testkit.simulate.reference.trading import PAGE
from venuekit_testkit.simulate.session import Session

PROTOCOL: Final = (Path(__file__).parents[1] / "docs/conformance/reference-protocol.md").read_text()
NOW: Final = Nanos(1_795_000_000_000_000_000)
ORDER: Final = {"symbol": EVENT, "side": "buy", "type": "limit", "quantity": "20", "price": "0.4"}


class Client:
    """Signs by hand, with a nonce that grows."""

    def __init__(self) -> None:
        self.face, self.nonce = ReferenceSimulator(), int(NOW)

    def ask(self, method: str, path: str, body: Any = None, query: str = "") -> Reply:
        """Make a signed call."""
        self.nonce += 1
        return self.send(method, path, body, query, str(self.nonce))

    def send(self, method: str, path: str, body: Any, query: str, nonce: str) -> Reply:
        """Make a call signed with a nonce."""
        call = Call(method=method, path=path, query=query, body=msgspec.json.encode(body) if body is not None else b"")
        headers = {"x-key": KEY, "x-nonce": nonce, "x-sign": sign(SECRET, nonce, call)}
        reply = self.face.handle(msgspec.structs.replace(call, headers=headers), NOW)
        assert reply is not None
        return reply

    def place(self, client_id: str, **terms: str) -> Reply:
        """Place an order."""
        return self.ask("POST", "/v1/orders", {**ORDER, **terms, "client_id": client_id})


@pytest.fixture
def client() -> Client:
    """Give a client of a venue on which nothing has happened."""
    return Client()


def told(reply: Reply) -> Any:
    """Read an answer."""
    return msgspec.json.decode(reply.body)


def test_every_reason_of_the_exchange_has_a_code_and_the_adapter_knows_each() -> None:
    assert set(CODES) == set(Why)
    assert set(CODES.values()) <= set(TOLD)
    assert set(REASONS) | {GONE, TAKEN, "internal"} == set(TOLD)


def test_the_page_tells_every_code_with_its_status() -> None:
    lines = re.findall(r"^\| (\d{3}) \|(.*)\|$", PROTOCOL, re.MULTILINE)
    rows = {code: int(status) for status, codes in lines for code in re.findall(r"`([a-z_]+)`", codes)}
    assert rows == {code: status for code, (status, _) in TOLD.items()}


def test_the_page_tells_every_call(client: Client) -> None:
    for route in client.face.routes:
        path = re.sub(r"\(.*\)", "{name}", route.where)
        assert f"`{route.method} {path}" in PROTOCOL, f"{route.method} {path}"


def test_a_nonce_is_taken_once_and_only_upwards(client: Client) -> None:
    assert client.send("GET", "/v1/balances", None, "", "10").status == 200
    for nonce in ("10", "9"):
        assert told(client.send("GET", "/v1/balances", None, "", nonce))["code"] == "nonce_reused"


def test_a_wrong_signature_spends_no_nonce(client: Client) -> None:
    call = Call(method="GET", path="/v1/balances", headers={"x-key": KEY, "x-nonce": "50", "x-sign": "00"})
    assert told(client.face.answer(call, NOW))["code"] == "bad_sign"
    assert client.send("GET", "/v1/balances", None, "", "50").status == 200


def test_a_client_id_is_taken_once_for_ever_and_finds_its_order_after_an_amend(client: Client) -> None:
    number = told(client.place("a"))["id"]
    assert (
        client.ask("PATCH", "/v1/orders/by-client/a", {"price": "0.39", "quantity": "9", "client_id": "b"}).status
        == 200
    )
    for name in ("a", "b"):
        assert told(client.ask("GET", f"/v1/orders/by-client/{name}"))["id"] == number
        assert told(client.place(name))["code"] == "duplicate_client_id"


def test_lists_come_ten_at_a_time(client: Client) -> None:
    for each in range(PAGE + 3):
        client.place(f"o{each}")
    first = told(client.ask("GET", "/v1/orders", query=f"symbol={EVENT}"))
    second = told(client.ask("GET", "/v1/orders", query=f"symbol={EVENT}&cursor={first['cursor']}"))
    assert (len(first["orders"]), len(second["orders"]), second["cursor"]) == (PAGE, 3, "")
    assert [told(client.ask("DELETE", "/v1/orders", query=f"symbol={EVENT}"))["more"] for _ in range(2)] == [
        True,
        False,
    ]


def test_a_price_that_is_no_plain_decimal_is_a_bad_request(client: Client) -> None:
    for price in ("4e-1", "-0.4", "0,4", "", "NaN"):
        assert told(client.place("x", price=price))["code"] == "bad_request"


def test_too_many_requests_says_how_long_to_wait(client: Client) -> None:
    client.face.faults.plan(Fault.RATE_LIMIT)
    reply = client.ask("GET", "/v1/balances")
    assert (reply.status, reply.headers["retry-after"]) == (429, "2")


def test_a_market_pays_once(client: Client) -> None:
    client.place("buy", price="0.43")
    assert told(client.ask("POST", "/v1/redeem", {"symbol": EVENT}))["code"] == "not_resolved"
    client.face.exchange.resolve(EVENT, "yes", "1")
    paid = [told(client.ask("POST", "/v1/redeem", {"symbol": EVENT}))["paid"] for _ in range(2)]
    assert paid == ["20", "0"]


def test_a_silent_client_is_hung_up_on_and_one_that_pings_is_not(client: Client) -> None:
    sockets = [client.face.connect(Call(method="GET", path="/v1/stream"), NOW) for _ in range(2)]
    for second in range(90):
        at = Nanos(NOW + second * NANOS_PER_S)
        for talks, socket in enumerate(sockets):
            assert isinstance(socket, Session)
            socket.beat(at)
            if talks:
                socket.receive('{"op":"ping"}', at)
    assert [bool(isinstance(socket, Session) and socket.closed) for socket in sockets] == [True, False]


def test_an_account_tells_nothing_before_its_login(client: Client) -> None:
    socket = client.face.connect(Call(method="GET", path="/v1/account"), NOW)
    assert isinstance(socket, Session)
    client.place("quiet")
    assert socket.take() == []
    socket.receive('{"op":"login","key":"reference-key","nonce":"1","sign":"00"}', NOW)
    assert msgspec.json.decode(socket.take()[0])["code"] == "bad_sign"
