"""Mutants that tell keys, or sign wrongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from venuekit.credential import Credentials
from venuekit.errors import OutcomeUnknown, Refused, RejectReason
from venuekit.instrument import Instrument
from venuekit.order import Accepted, NewOrder
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.wire import Flow, Request
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.mutants.tamper import tamper
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.signer import Nonces
from venuekit_testkit.reference.venue import ReferenceVenue


class Keeps(ReferenceVenue):
    """Keeps its keys, to do something silly with them."""

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(credentials, hosts)
        self.keys = credentials or Credentials()


@mutant("SE-100", "https://github.com/vz-risk/VCDB/issues/19288")
class PrintsItsKey(Keeps):
    """Has its key and its secret in its repr."""

    def __repr__(self) -> str:
        return f"ReferenceVenue({self.keys.api_key}, {self.keys.api_secret})"


@mutant("SE-120", "https://github.com/freqtrade/freqtrade/pull/11024")
class TellsTheSecretInErrors(Keeps):
    """Has its secret in the words of an error."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        try:
            return (yield from super().submit(order, now))
        except Refused as error:
            told = f"{error.message}, signed with {self.keys.api_secret}"
            raise Refused(told, venue=VENUE, reason=error.reason, code=error.code) from error


@mutant("SE-110")
class TellsADamagedKey(Keeps):
    """Repeats a secret that it cannot take."""

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(credentials, hosts)
        if (
            credentials is not None
            and credentials.api_secret
            and not credentials.api_secret.startswith("reference-secret-of-the-simulator")
        ):
            raise ValueError(f"this is no secret of the venue: {credentials.api_secret}")


@mutant("SE-130")
class ShowsItsKeyToEveryone(Keeps):
    """Sends its key with requests that need none."""

    def instruments(self) -> Flow[Sequence[Instrument]]:
        def with_key(request: Request) -> Request:
            return msgspec.structs.replace(request, headers=(*request.headers, ("x-key", self.keys.api_key)))

        return (yield from tamper(super().instruments(), ask=with_key))


@mutant("SE-140")
class SendsItsSecret(Keeps):
    """Sends the secret itself along."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        def with_secret(request: Request) -> Request:
            return msgspec.structs.replace(request, headers=(*request.headers, ("x-secret", self.keys.api_secret)))

        return (yield from tamper(super().submit(order, now), ask=with_secret))


class ChangesNonces(ReferenceVenue):
    """Takes its nonces from elsewhere."""

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(credentials, hosts)
        self._caller._nonces = self.make_nonces()

    def make_nonces(self) -> Nonces:
        """Make what gives nonces."""
        raise NotImplementedError


class Seconds(Nonces):
    """The time in seconds."""

    def next(self, now: Nanos) -> Nanos:
        return Nanos(now // NANOS_PER_S)


class JustNow(Nonces):
    """The time, also where it was given before."""

    def next(self, now: Nanos) -> Nanos:
        return now


class Milliseconds(Nonces):
    """The time in milliseconds."""

    def next(self, now: Nanos) -> Nanos:
        return Nanos(now // 1_000_000)


@mutant("SG-140", "https://github.com/hummingbot/hummingbot/issues/7737")
class NonceOfTheMillisecond(ChangesNonces):
    """Uses one nonce for all that it does in one millisecond."""

    def make_nonces(self) -> Nonces:
        return Milliseconds()


@mutant("SG-100", "https://github.com/elliottech/lighter-python/issues/60")
class NonceOfTheSecond(ChangesNonces):
    """Uses one nonce for all that it does in one second."""

    def make_nonces(self) -> Nonces:
        return Seconds()


@mutant("EX-850", "https://github.com/elliottech/lighter-python/issues/60")
class OneNonceForAllPages(ChangesNonces):
    """Signs every page of a list with the nonce of the first."""

    def make_nonces(self) -> Nonces:
        return JustNow()


@mutant("SG-100")
class SignsBeforeItWrites(ReferenceVenue):
    """Changes a request after it was signed, so that the venue refuses it."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        def spaced(request: Request) -> Request:
            return msgspec.structs.replace(request, body=request.body + b" ")

        return (yield from tamper(super().submit(order, now), ask=spaced))


@mutant("SG-120")
class BadKeysAreUnknown(ReferenceVenue):
    """Tells a refused signature as an unknown outcome, so that the user never learns of it."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        try:
            return (yield from super().submit(order, now))
        except Refused as error:
            if error.reason is not RejectReason.AUTH:
                raise
            raise OutcomeUnknown(error.message, venue=VENUE, code=error.code) from error


@mutant("SG-150")
class DrawsLots(ReferenceVenue):
    """Puts a number of its own into a request, so that no run can be repeated."""

    made = 0

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        DrawsLots.made += 1
        drawn = msgspec.structs.replace(order, client_id=f"{order.client_id[:24]}-{DrawsLots.made}")
        told = yield from super().submit(drawn, now)
        return msgspec.structs.replace(told, client_id=order.client_id)
