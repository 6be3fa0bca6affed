"""RL: budgets are named and kept, a busy venue is told as such, and no answer makes a plugin ask without end.

The core spends the budget, waits and retries. A plugin says what a request costs and whether it may be sent again, and
sends each once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import msgspec

from venuekit.capability import Op
from venuekit.errors import OutcomeUnknown, Refused, RejectReason, TradeError
from venuekit.wire import Flow, Request, Response
from venuekit_testkit.bench.asking import PUBLIC, READS, WRITES, ask, failure, granted, prepare
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.driver import drive
from venuekit_testkit.law import Level, Setting, law
from venuekit_testkit.simulate.fault import Fault

DEPTHS: Final = (0, 100, 101, 500, 501, 1000, 1001, 5000)  # whose costs differ where they differ with the depth
MOST: Final = 200  # requests of one verb on answers that never change
PAGE: Final = 1_000  # items that fill any venue's page
# Words in the names of what leads to the next page, and what stands there for "yes" where it says that there is none.
CURSORS: Final = ("cursor", "next", "after", "token", "more")
MORE: Final = {"": "again", None: "again", False: True}
SINGLE: Final = tuple(op for op in (*READS, *WRITES) if op not in (Op.BATCH, Op.CANCEL_BATCH))
LEAK: Final = ("https://github.com/ccxt/ccxt/issues/17733", "https://github.com/ccxt/ccxt/issues/16396")


@law("RL-100", Level.MARKET_DATA, Op.INSTRUMENTS, core=True, setting=Setting.MARKET)
def test_rl100_market_data_costs_what_a_bucket_holds(bench: Bench) -> None:
    """RL-100. A request for market data names no bucket of `limits`, one that there is not, or more than it holds.

    The core refuses such a request, or lets it past every budget.
    """
    for op in granted(bench, *PUBLIC):
        _require_paid(bench, op, next(ask(bench, op)))


@law("RL-110", Level.TRADING, Op.SUBMIT, core=True)
def test_rl110_every_request_costs_what_a_bucket_holds(bench: Bench) -> None:
    """RL-110. A request of some verb names no bucket of `limits`, one that there is not, or more than it holds."""
    for op in granted(bench, *READS, *WRITES):
        for request in _requests(bench, op):
            _require_paid(bench, op, request)


@law("RL-120", Level.TRADING, Op.SUBMIT, core=True)
def test_rl120_what_changes_something_is_not_called_safe(bench: Bench) -> None:
    """RL-120. A request that says `safe` changed something at the venue.

    The core sends a safe request again when no answer comes, so this order would be placed twice.
    """
    for op in granted(bench, *WRITES):
        flow, before = ask(bench, op), _state(bench)
        changed: list[Request] = []

        def send(request: Request, changed: list[Request] = changed) -> Response:
            was, response = _state(bench), bench.world.answer(request, bench.now())
            changed += [request] if _state(bench) != was else []
            return response

        drive(flow, send)
        assert changed or _state(bench) == before
        odd = [request for request in changed if request.safe]
        assert not odd, f"{op.value}: {odd[0]} says that it is safe to send again, and it changed something"


@law("RL-130", Level.MARKET_DATA, Op.INSTRUMENTS, setting=Setting.MARKET)
def test_rl130_market_data_is_safe_to_ask_for_again(bench: Bench) -> None:
    """RL-130. A request for market data is not marked `safe`, so one lost packet fails it."""
    for op in granted(bench, *PUBLIC):
        request = next(ask(bench, op))
        assert request.safe, f"{op.value}: {request} changes nothing: say safe=True"


@law("RL-140", Level.TRADING, Op.SUBMIT)
def test_rl140_reads_are_safe_to_ask_again(bench: Bench) -> None:
    """RL-140. A request that reads the account is not marked `safe`.

    After a lost answer the engine must learn what became of an order; a read that cannot be repeated keeps it waiting.
    """
    for op in granted(bench, *READS):
        odd = [request for request in _requests(bench, op) if not request.safe]
        assert not odd, f"{op.value}: {odd[0]} changes nothing: say safe=True"


@law("RL-150", Level.TRADING, Op.SUBMIT, core=True, incidents=("https://github.com/pmxt-dev/pmxt/issues/123",))
def test_rl150_too_many_requests_is_told_and_not_tried_again(bench: Bench) -> None:
    """RL-150. A "too many requests" was swallowed, tried again by the plugin, or told as something else.

    Raise Refused with the reason RATE_LIMIT after the one request: the core waits as long as the venue says. A plugin
    that tries again by itself turns a pause into a ban.
    """
    for op in granted(bench, *SINGLE):
        flow, before = ask(bench, op), len(bench.sent)
        bench.simulator.faults.plan(Fault.RATE_LIMIT)
        error = failure(bench, flow)
        asked = len(bench.sent) - before
        bench.simulator.faults.clear()
        assert asked <= 1, f"{op.value} was told to slow down, and asked {asked} times"
        told = error.reason if isinstance(error, Refused) else error
        assert not asked or told is RejectReason.RATE_LIMIT, f"{op.value} was told to slow down, and told {told!r}"


@law("RL-160", Level.TRADING, Op.SUBMIT)
def test_rl160_a_batch_that_was_too_fast_says_so_for_each(bench: Bench) -> None:
    """RL-160. A batch met "too many requests", and an item of it seems to have been done.

    Each item is refused for RATE_LIMIT, or the whole verb is.
    """
    for op in granted(bench, Op.BATCH, Op.CANCEL_BATCH):
        question = prepare(bench, op)
        bench.simulator.faults.plan(Fault.RATE_LIMIT, times=MOST)
        try:
            items = list(bench.run(question(bench.now())))
        except TradeError as error:
            items = [error]
        bench.simulator.faults.clear()
        told = {item.reason if isinstance(item, Refused) else type(item).__name__ for item in items}
        assert told == {RejectReason.RATE_LIMIT}, f"{op.value} was told to slow down, and told {told}"


@law("RL-170", Level.TRADING, Op.SUBMIT, core=True)
def test_rl170_a_read_that_failed_says_nothing(bench: Bench) -> None:
    """RL-170. A read met a server error or silence, and told an answer, or a refusal.

    "No orders" and "no answer" are far apart: an engine that takes one for the other forgets live orders.
    """
    for op in granted(bench, *READS):
        for fault in (Fault.ERROR_BEFORE, Fault.LOSE_REQUEST, Fault.GARBLE, Fault.TRUNCATE):
            flow, before = ask(bench, op), len(bench.sent)
            bench.simulator.faults.plan(fault)
            error = failure(bench, flow)
            bench.simulator.faults.clear()
            unsent = len(bench.sent) == before  # answered from a table of its own
            assert unsent or isinstance(error, OutcomeUnknown), f"{op.value} met {fault.value}, and told {error!r}"


@law("RL-180", Level.TRADING, Op.SUBMIT, core=True, incidents=LEAK)
def test_rl180_no_answer_makes_it_ask_without_end(bench: Bench) -> None:
    """RL-180. A verb kept asking while the venue kept giving the same answer.

    A page whose cursor comes back, a full page that never ends: stop when a cursor repeats, and count what was asked.
    """
    for op in granted(bench, *READS, *WRITES):
        question, true = prepare(bench, op), Response(200)
        try:
            true = bench.world.answer(next(question(bench.now())), bench.now())
        except (StopIteration, TradeError):
            continue
        for answer in (true, *_endless(true)):
            _require_end(bench, op, question(bench.now()), answer)


@law("RL-190", Level.TRADING, Op.SUBMIT)
def test_rl190_a_request_costs_what_the_venue_counts(bench: Bench) -> None:
    """RL-190. A request says that it costs something else than the venue counts.

    Too little, and the venue refuses or bans what the core believed to be within the limits; too much, and orders wait
    for nothing.
    """
    for op in granted(bench, *READS, *WRITES):
        drive(ask(bench, op), partial(_require_counted, bench, op))
    for depth in DEPTHS if granted(bench, Op.BOOK) else ():
        drive(bench.venue.book(bench.instrument, depth), partial(_require_counted, bench, Op.BOOK))
    if granted(bench, Op.OPEN_ORDERS):
        drive(bench.venue.open_orders(None, bench.now()), partial(_require_counted, bench, Op.OPEN_ORDERS))


def _require_counted(bench: Bench, op: Op, request: Request) -> Response:
    before = Counter(bench.simulator.taken)
    response = bench.world.answer(request, bench.now())
    counted = bench.simulator.taken - before
    told = {name: cost for name, cost in request.cost if counted}
    assert told == counted, f"{op.value}: {request} says that it costs {told}, and the venue counts {dict(counted)}"
    return response


def _require_paid(bench: Bench, op: Op, request: Request) -> None:
    holds = {limit.name: limit.capacity for limit in bench.venue.limits}
    assert request.cost, f"{op.value}: {request} names no bucket in its `cost`"
    for name, cost in request.cost:
        assert name in holds, f"{op.value} takes from {name!r}, and there are only {sorted(holds)}"
        assert 0 < cost <= holds[name], f"{op.value} takes {cost} from {name!r}, which holds {holds[name]}"


def _requests(bench: Bench, op: Op) -> list[Request]:
    """Run a verb; give the requests that it made."""
    flow, before = ask(bench, op), len(bench.sent)
    failure(bench, flow)
    return bench.sent[before:]


def _state(bench: Bench) -> list[tuple[Any, ...]]:
    return [(each.id, each.status, each.px, each.qty, each.filled) for each in bench.exchange.mine()]


def _endless(response: Response) -> Iterator[Response]:
    """Give an answer as of a venue that always has more: with a cursor, and with full pages."""
    try:
        told = msgspec.json.decode(response.body)
    except msgspec.DecodeError:
        return
    for items in (1, PAGE):
        yield Response(response.status, msgspec.json.encode(_endless_value("", told, items)), response.headers)


def _endless_value(name: str, value: Any, items: int) -> Any:
    """Fill the cursors of a JSON value, and its outermost lists with so many of their first item."""
    if isinstance(value, dict):
        return {key: _endless_value(key, each, items) for key, each in value.items()}
    if isinstance(value, list):
        return value[:1] * items
    if isinstance(value, str | bool | None) and any(word in name.lower() for word in CURSORS):
        return MORE.get(value, value)
    return value


def _require_end(bench: Bench, op: Op, flow: Flow[Any], answer: Response) -> None:
    asked = 0

    def send(request: Request) -> Response:
        nonlocal asked
        asked += 1
        assert asked <= MOST, f"{op.value} asked {asked} times, and was told the same each time: {request}"
        return answer

    try:
        drive(flow, send)
    except TradeError:
        return
