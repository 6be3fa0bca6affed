"""CA: what is kept of the wire is honest, clean, and played to its end."""

from __future__ import annotations

from venuekit.book.book import BookState
from venuekit.capability import Op
from venuekit.fill import Fill
from venuekit.order import OrderReport
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, Setting, law


@law("CA-110", Level.MARKET_DATA, setting=Setting.CASSETTES)
def test_ca110_each_cassette_is_clean_and_says_how_it_was_made(bench: Bench) -> None:
    """CA-110. A cassette holds a secret, or does not say where it comes from.

    Its head names provenance, date, API version and tool; `documented` names the page. Keys, signatures and account
    names are scrubbed, because a cassette is published.
    """
    from venuekit_testkit.cassette.shelf import list_http, read_provenance
    from venuekit_testkit.cassette.tape import require_clean

    for path in list_http(bench.cassettes):
        require_clean(path)
    assert read_provenance(bench.cassettes), "the folder of cassettes is empty"


@law("CA-120", Level.MARKET_DATA, setting=Setting.CASSETTES)
def test_ca120_each_cassette_of_http_is_played_to_its_end(bench: Bench) -> None:
    """CA-120. What the adapter sends is no longer what its cassette holds, or it asks less than the cassette answers.

    Requests are compared by method, URL and body; signatures are proven by the simulator instead. If the change is
    meant, record the cassette anew: `sequence conform <venue> --record simulated`.
    """
    from venuekit_testkit.cassette.play import play
    from venuekit_testkit.cassette.shelf import list_http

    for path in list_http(bench.cassettes):
        play(path, bench)


@law("CA-130", Level.MARKET_DATA, Op.FEED, setting=Setting.CASSETTES)
def test_ca130_each_capture_of_frames_ends_in_a_proven_book(bench: Bench) -> None:
    """CA-130. A frame that the venue sent cannot be read any more, or leads to a book that its proofs refuse."""
    from venuekit_testkit.cassette.frames import replay_market
    from venuekit_testkit.cassette.shelf import list_captures

    for path in list_captures(bench.cassettes, "feed"):
        intake = replay_market(path, bench)
        assert not intake.counts["unreadable"], f"{path.name}: {intake.counts['unreadable']} frames cannot be read"
        for symbol, book in intake.keeper.books.items():
            assert book.state is BookState.LIVE, f"{path.name}: the book of {symbol} ends {book.state.value}"


@law("CA-140", Level.TRADING, Op.ACCOUNT_FEED, setting=Setting.CASSETTES)
def test_ca140_each_capture_of_an_account_is_read(bench: Bench) -> None:
    """CA-140. A frame of the account's stream cannot be read any more, or it tells no orders and no trades."""
    from venuekit_testkit.cassette.frames import replay_account
    from venuekit_testkit.cassette.shelf import list_captures

    for path in list_captures(bench.cassettes, "account"):
        kinds = {type(event) for event in replay_account(path, bench)}
        assert {Fill, OrderReport} <= kinds, f"{path.name}: it told {sorted(kind.__name__ for kind in kinds)} only"
