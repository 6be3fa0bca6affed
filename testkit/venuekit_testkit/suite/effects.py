"""SE, continued: a plugin describes what is to be sent, and does nothing by itself, least of all when it is imported.

Keys live in the process that imports plugins, so what a plugin may do there is nothing.
"""

from __future__ import annotations

from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.importing import find_effects, watch_import
from venuekit_testkit.law import Level, Setting, law


@law(
    "SE-200",
    Level.IMPORTABLE,
    setting=Setting.NOWHERE,
    incidents=("https://github.com/freqtrade/freqtrade/issues/847",),
)
def test_se200_importing_it_does_nothing(bench: Bench) -> None:
    """SE-200. Importing the plugin opened a socket, wrote a file, started a process, or read the clock.

    It is imported to be listed, on machines that hold keys of other venues. The package itself imports no more than
    its hook: the venue's module is named in the offer and loaded when somebody wants it.
    """
    done = watch_import(bench.package, type(bench.venue).__module__)
    assert not done, f"importing {bench.package} did this: {done}"


@law(
    "SE-210",
    Level.IMPORTABLE,
    setting=Setting.NOWHERE,
    incidents=("https://github.com/CyberPunkMetalHead/binance-trading-bot-new-coins/issues/71",),
)
def test_se210_no_code_of_it_acts_by_itself(bench: Bench) -> None:
    """SE-210. The plugin's code imports or calls what acts on the world: sockets, clocks, chance, files, processes.

    Yield a `Request` and the core sends it, within the declared hosts and budgets; the time is the `now` argument.
    """
    found = find_effects(bench.package)
    assert not found, f"{bench.package}: {'; '.join(found[:5])}"
