"""Mutants that do what no class can show: in their manifest, their hook, or the text of their code."""

from __future__ import annotations

from typing import Final

from venuekit_testkit.mutants.mutant import Edit, Mutant, enter

IMPORTS: Final = "from venuekit.plugin import"
HOSTS: Final = "resolve_addresses(VENUE, HOSTS, hosts)"
KNOWN_HOSTS: Final = (
    "resolve_addresses(VENUE, HOSTS, {name: url for name, url in (hosts or {}).items() if name in HOSTS})"
)
DRAINED: Final = "https://github.com/CyberPunkMetalHead/binance-trading-bot-new-coins/issues/71"

EDITS: Final = (
    (
        "phones-home",
        "Opens a socket when it is imported.",
        "SE-200",
        Edit("__init__.py", IMPORTS, f"import socket\n\nsocket.socket().close()\n{IMPORTS}"),
        "https://github.com/freqtrade/freqtrade/issues/847",
    ),
    (
        "writes-a-file",
        "Writes a file when it is imported.",
        "SE-200",
        Edit("__init__.py", IMPORTS, f"with open(__file__ + '.log', 'w') as log:\n    log.write('here')\n{IMPORTS}"),
        "",
    ),
    (
        "imports-all-of-itself",
        "Imports its venue to offer it, so that listing what is installed loads everything.",
        "SE-200",
        Edit("__init__.py", IMPORTS, f"import venuekit_testkit.reference.venue\n{IMPORTS}"),
        "",
    ),
    (
        "reads-the-clock",
        "Takes its nonces from the clock of the machine.",
        "SE-210",
        Edit("signer.py", "import hmac\n", "import hmac\nimport time\n"),
        "",
    ),
    (
        "talks-by-itself",
        "Has an HTTP client of its own, past every limit and every list of hosts.",
        "SE-210",
        Edit("venue.py", "from typing import Final\n", "from typing import Final\n\nimport httpx\n"),
        DRAINED,
    ),
    (
        "says-too-little",
        "Does not say in its manifest where the venue is documented.",
        "ID-100",
        Edit("venue.toml", 'docs = "https://', 'docs = "'),
        "",
    ),
    (
        "offers-another-name",
        "Offers another id than its manifest has.",
        "ID-120",
        Edit("__init__.py", 'id="reference"', 'id="referense"'),
        "",
    ),
    (
        "factory-that-is-not-there",
        "Names a factory that does not exist.",
        "ID-130",
        Edit("__init__.py", ":ReferenceVenue", ":Reference"),
        "",
    ),
    (
        "swallows-unknown-hosts",
        "Takes a base URL for a name that it does not have, and goes to its own.",
        "ID-150",
        Edit("venue.py", HOSTS, KNOWN_HOSTS),
        "",
    ),
    (
        "skips-a-rule",
        "Does not answer a rule of quality.",
        "ID-260",
        Edit("quality.toml", 'exact-numbers = "done"\n', ""),
        "",
    ),
    (
        "still-to-do",
        "Says that something is to be done which is.",
        "ID-270",
        Edit("quality.toml", 'trading-verbs = "done"', 'trading-verbs = "todo"'),
        "",
    ),
    (
        "signs-in-another-order",
        "Signs the same parts in another order than others' software does.",
        "SG-160",
        Edit("signer.py", "str(now).encode() + what", "what + str(now).encode()"),
        "",
    ),
)

for _name, _broken, _law, _edit, _seen in EDITS:
    enter(Mutant(name=_name, broken=_broken, law=_law, edit=_edit, seen=_seen, made_in=__name__))
