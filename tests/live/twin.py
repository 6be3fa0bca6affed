"""A second venue for routing tests: Binance under another name, and a plugin whose errors quote its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from msgspec.structs import replace

from venuekit.credential import Credentials
from venuekit.instrument import Instrument
from venuekit.order import Balance, NewOrder
from venuekit.plugin import Plugins, VenueOffer, discover
from venuekit.units import Nanos
from venuekit.wire import Flow
from venuekit_binance.venue import Binance


class Twin(Binance):
    """Binance, called `twin`."""

    id = "twin"

    def instruments(self) -> Flow[Sequence[Instrument]]:
        """List Binance's markets as ours."""
        listed = yield from super().instruments()
        return [replace(each, venue="twin") for each in listed]


class Gossip(Twin):
    """A plugin that tells its keys whenever it fails, and always fails."""

    def __init__(self, credentials: Credentials | None = None, hosts: dict[str, str] | None = None) -> None:
        super().__init__(credentials, hosts)
        self._secret = credentials.api_secret if credentials else ""

    def submit(self, order: NewOrder, now: Nanos) -> NoReturn:
        """Fail."""
        raise RuntimeError(f"cannot sign with {self._secret}")

    def balances(self, now: Nanos) -> Flow[Sequence[Balance]]:
        """Fail."""
        raise KeyError(self._secret)


class Sulky(Twin):
    """A plugin that cannot be made with keys, and says which."""

    def __init__(self, credentials: Credentials | None = None, hosts: dict[str, str] | None = None) -> None:
        if credentials is not None:
            raise ValueError(f"not a key: {credentials.api_secret}")
        super().__init__(credentials, hosts)


def with_twin(twin: type[Binance] = Twin) -> Plugins:
    """Offer Binance and another as `twin`."""
    offer = VenueOffer(id="twin", factory=f"{__name__}:{twin.__name__}")
    return Plugins({"binance": discover().venues["binance"], "twin": offer}, {})
