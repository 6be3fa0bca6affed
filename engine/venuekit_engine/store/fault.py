"""What can go wrong with the store. Messages name rows and reasons, never secrets."""

from __future__ import annotations


class StoreError(Exception):
    """Base of every error of the store."""


class SchemaTooNew(StoreError):
    """The database was written by a newer release; opening it could lose what we do not know of."""


class JournalBroken(StoreError):
    """A commit failed, so nothing more is taken: what is durable stays a prefix of what happened."""


class Unstorable(StoreError):
    """One batch holds a value that no column can; nothing of it was taken, and the journal goes on."""
