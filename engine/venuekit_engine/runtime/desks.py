"""Which desk an order leaves by."""

from __future__ import annotations

from collections.abc import Callable

from venuekit_engine.desk.desk import Desk

LiveDesks = Callable[[str, str], Desk | None]  # (client, venue) -> desk, None without credentials


class Desks:
    """Paper desks by venue, and live desks by client and venue. On a paper market every order is on paper."""

    def __init__(self, paper: dict[str, Desk], live: LiveDesks | None) -> None:
        self._paper, self._live = paper, live

    @property
    def only_paper(self) -> bool:
        """Tell whether no order can leave this machine."""
        return self._live is None

    def find(self, client_id: str, sandbox: bool, venue: str) -> Desk | None:
        """Give the desk, None where the client cannot trade."""
        if sandbox or self._live is None:
            return self._paper.get(venue)
        return self._live(client_id, venue)
