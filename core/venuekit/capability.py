"""What a venue can do, as a table that can be printed: router, server, docs and suite all read the same one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

import msgspec

from venuekit.errors import Unsupported
from venuekit.instrument import Kind


class Op(Enum):
    """Everything that can be asked of a venue."""

    INSTRUMENTS = "instruments"
    BOOK = "book"
    FEED = "feed"
    TRADES = "trades"
    FEES = "fees"
    SUBMIT = "submit"
    CANCEL = "cancel"
    AMEND = "amend"
    DECREASE = "decrease"
    BATCH = "batch"
    CANCEL_ALL = "cancel_all"
    REDEEM = "redeem"
    QUERY = "query"
    OPEN_ORDERS = "open_orders"
    FILLS = "fills"
    BALANCES = "balances"
    CANCEL_BATCH = "cancel_batch"
    POSITIONS = "positions"
    SETTLEMENTS = "settlements"
    ACCOUNT_FEED = "account_feed"


class Feature(Enum):
    """What an order may ask for, how it is found again, and what proves a book."""

    LIMIT = "limit"
    MARKET = "market"
    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    POST_ONLY = "post_only"
    REDUCE_ONLY = "reduce_only"
    FIND_BY_CLIENT_ID = "find_by_client_id"  # an order whose answer was lost can be found by our id alone
    CLIENT_ID_ONCE = "client_id_once"  # an id that was used is refused for ever: to send it again is safe
    OUTCOME_AT_ONCE = "outcome_at_once"  # the answer to an order tells what traded of it, else a stream or a query does
    BOOK_SEQUENCE = "book_sequence"  # changes are numbered, so a lost one is seen
    BOOK_CHECKSUM = "book_checksum"  # the venue proves the content of its book


class Support(Enum):
    """Four answers, because "cannot" and "not yet" send a reader to different places."""

    NATIVE = "native"  # one venue call does it
    EMULATED = "emulated"  # several calls do it, and it is not atomic
    PLANNED = "planned"  # the venue can, this plugin cannot yet
    ABSENT = "absent"  # the venue cannot


class Mode(Enum):
    """What a verb really did; carried by every result. Never `native` when it was not."""

    NATIVE_ATOMIC = "native_atomic"
    NATIVE = "native"
    CANCEL_REPLACE = "cancel_replace"
    SERIAL = "serial"
    NATIVE_BATCH = "native_batch"
    AUTO_SETTLED = "auto_settled"
    RELAYER_SUBMITTED = "relayer_submitted"
    NOOP = "noop"


class Capability(msgspec.Struct, frozen=True):
    """How one verb is met. `limit` is the most items of one call, 0 where it has none."""

    support: Support
    reason: str = ""
    mode: Mode = Mode.NATIVE
    limit: int = 0

    def __bool__(self) -> bool:
        return self.support in (Support.NATIVE, Support.EMULATED)


def planned(page: str, what: str, mode: Mode = Mode.NATIVE, limit: int = 0) -> Capability:
    """Say what a verb will call once the plugin can sign, and where that is documented."""
    return Capability(Support.PLANNED, f"{what}; needs a signer, which is not written yet ({page})", mode, limit)


Capabilities: TypeAlias = Mapping[Kind, Mapping[Op, Capability]]
Features: TypeAlias = Mapping[Kind, Mapping[Feature, Capability]]


def require(venue: str, capabilities: Capabilities, kind: Kind, op: Op) -> Capability:
    """Give the capability for a verb. Raises: Unsupported where the table denies it."""
    verbs = capabilities.get(kind)
    if verbs is None:
        raise Unsupported(f"does not trade {kind.value}", venue=venue)
    found = verbs.get(op)
    if not found:
        why = f"{found.support.value}: {found.reason}" if found is not None else "not in its table"
        raise Unsupported(f"{op.value} of {kind.value} is not available ({why})", venue=venue)
    return found
