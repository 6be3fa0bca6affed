"""Which desk an order leaves by."""

from __future__ import annotations

from collections.abc import Callable

from venuekit_engine.desk.desk import Desk

PaperDesks = Callable[[str], Desk | None]  # venue -> desk, None for a venue without a market
LiveDesks = Callable[[str, str], Desk | None]  # (client, venue) -> desk, None without keys


class Desks:
    """Paper desks by venue, and live desks by client and venue. On a paper market every order is on paper."""

    def __init__(self, paper: PaperDesks, live: LiveDesks | None) -> None:
        self._paper, self._live = paper, live

    @property
    def only_paper(self) -> bool:
        """Tell whether no order can leave this machine."""
        return self._live is None

    def find(self, client_id: str, sandbox: bool, venue: str) -> Desk | None:
        """Give the desk, None where the client cannot trade."""
        return self._paper(venue) if sandbox or self._live is None else self._live(client_id, venue)
