"""Another spelling of the reference venue's wire: the same facts under other units, ids or envelopes.

Used by the variants that differ in what they write. A `Spelling` names the fields that are written otherwise, with the
function that writes them. What must stay true: what cannot be respelt is handed on in a form that the plugin refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ClassVar, Final, TypeAlias, TypeVar

import msgspec

from venuekit.capability import Op
from venuekit.credential import Credentials
from venuekit.instrument import Instrument
from venuekit.market import MarketEvent
from venuekit.units import Nanos
from venuekit.venue import AccountEvent, AccountFeed, Feed
from venuekit.wire import Frame, Request, Response
from venuekit_testkit.mutants.tamper import tamper
from venuekit_testkit.reference.account import ReferenceAccountFeed
from venuekit_testkit.reference.caller import Caller
from venuekit_testkit.reference.endpoints import Endpoint
from venuekit_testkit.reference.feed import ReferenceFeed
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.reference.face import ReferenceSimulator, Route
from venuekit_testkit.simulate.reference.stream import AccountSession, MarketSession
from venuekit_testkit.simulate.session import Session

Spelling: TypeAlias = Mapping[str, Callable[[Any], Any]]
R = TypeVar("R", bound="RespeltVenue")
ASKED: Final = tuple(op for op in Op if op not in (Op.FEED, Op.ACCOUNT_FEED))


def respell(body: Frame, spelling: Spelling) -> bytes:
    """Write JSON anew; what is none stays as it is."""
    try:
        return msgspec.json.encode(_walk("", msgspec.json.decode(body), spelling))
    except (msgspec.DecodeError, RecursionError):
        return body.encode() if isinstance(body, str) else body


def _walk(name: str, value: Any, spelling: Spelling) -> Any:
    if name in spelling:
        return spelling[name](value)
    if isinstance(value, dict):
        return {key: _walk(key, each, spelling) for key, each in value.items()}
    return [_walk("", each, spelling) for each in value] if isinstance(value, list) else value


# ── the venue ──


class RespeltSimulator(ReferenceSimulator):
    """The reference venue in another spelling: `told` is how it writes, `understood` how it reads what it is sent."""

    told: ClassVar[Spelling] = {}
    understood: ClassVar[Spelling] = {}

    def __init__(self) -> None:
        super().__init__()
        self.routes = tuple(self._respelt(route) for route in self.routes)

    def answer(self, call: Call, now: Nanos) -> Reply:
        """Answer in the venue's spelling."""
        reply = super().answer(call, now)
        return Reply(reply.status, respell(reply.body, self.told), reply.headers)

    def open_session(self, call: Call, now: Nanos) -> Session | Reply:
        """Take a socket that tells in the venue's spelling."""
        kind = {"/v1/stream": RespeltMarketSession, "/v1/account": RespeltAccountSession}.get(call.path)
        return super().open_session(call, now) if kind is None else kind(self, now)

    def read_name(self, name: str) -> str:
        """Read how a path names an order."""
        return name

    def _respelt(self, route: Route) -> Route:
        def do(call: Call, *names: str) -> Any:
            said = msgspec.structs.replace(call, body=respell(call.body, self.understood))
            return route.do(said, *(self.read_name(name) for name in names))

        return msgspec.structs.replace(route, do=do)


class RespeltMarketSession(MarketSession):
    """Books and trades in another spelling."""

    def __init__(self, face: RespeltSimulator, now: Nanos) -> None:
        self.told = face.told
        super().__init__(face, now)

    def push(self, frame: Frame, kind: str) -> None:
        """Send a frame in the venue's spelling."""
        super().push(respell(frame, self.told).decode(), kind)


class RespeltAccountSession(AccountSession):
    """The account's stream in another spelling."""

    def __init__(self, face: RespeltSimulator, now: Nanos) -> None:
        self.told = face.told
        super().__init__(face, now)

    def push(self, frame: Frame, kind: str) -> None:
        """Send a frame in the venue's spelling."""
        super().push(respell(frame, self.told).decode(), kind)


# ── its plugin ──


class RespeltVenue(ReferenceVenue):
    """A plugin that reads and writes another spelling: `heard` and `asked`. Its verbs are wrapped by `respelt`."""

    heard: ClassVar[Spelling] = {}
    asked: ClassVar[Spelling] = {}

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(credentials, hosts)
        self._caller = RespeltCaller(self._urls["rest"], credentials, self.asked)

    def hear(self, response: Response) -> Response:
        """Read an answer in the venue's spelling."""
        return msgspec.structs.replace(response, body=respell(response.body, self.heard))

    def feed(self, instruments: Sequence[Instrument]) -> Feed:
        """Make the stream of books and trades."""
        return RespeltFeed(instruments, f"{self._urls['stream']}/v1/stream", self.heard)

    def account_feed(self, instruments: Sequence[Instrument]) -> AccountFeed:
        """Make the account's stream."""
        return RespeltAccountFeed(self._caller, self._urls["stream"], self.heard)


def respelt(venue: type[R]) -> type[R]:
    """Let every verb of a plugin hear answers in its spelling."""
    for op in ASKED:
        setattr(venue, op.value, _hearing(getattr(venue, op.value)))
    return venue


def _hearing(verb: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(verb)
    def asked(self: RespeltVenue, *what: Any) -> Any:
        return tamper(verb(self, *what), hear=self.hear)

    return asked


class RespeltCaller(Caller):
    """Writes bodies in another spelling, before they are signed."""

    def __init__(self, host: str, credentials: Credentials | None, asked: Spelling) -> None:
        super().__init__(host, credentials)
        self.asked = asked

    def tell(self, endpoint: Endpoint, now: Nanos, body: Any, items: int = 1) -> Request:
        """Write a signed call with a JSON body."""
        return super().tell(endpoint, now, _walk("", body, self.asked), items)


class RespeltFeed(ReferenceFeed):
    """Reads frames in another spelling."""

    def __init__(self, instruments: Sequence[Instrument], url: str, heard: Spelling) -> None:
        super().__init__(instruments, url)
        self.heard = heard

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        """Read one frame."""
        return super().receive(respell(frame, self.heard), now)


class RespeltAccountFeed(ReferenceAccountFeed):
    """Reads frames in another spelling."""

    def __init__(self, caller: Caller, stream: str, heard: Spelling) -> None:
        super().__init__(caller, stream)
        self.heard = heard

    def receive(self, frame: Frame, now: Nanos) -> list[AccountEvent]:
        """Read one frame."""
        return super().receive(respell(frame, self.heard), now)
