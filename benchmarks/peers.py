"""Make one environment for each peer, with the ordinary pip client: `python benchmarks/peers.py [name ...]`.

Peers pin what we do not, so each lives alone under `benchmarks/.peers/<name>`, which git ignores. A peer whose Python
is not on this machine is left out by name; its rows then say so. Hummingbot is not here: its source archive of 20260922
lacks the `.pyx` files that it needs, so it does not build from the package index (tried 2026-11-21).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

HOME: Final = Path(__file__).parent / ".peers"


class Peer(NamedTuple):
    """What a peer needs: pinned packages, and the Python versions that it runs on, best first."""

    packages: tuple[str, ...]
    pythons: tuple[str, ...]


# ccxt takes orjson and cryptofeed brings order-book: each peer gets its best case.
PEERS: Final = {
    "ccxt": Peer(("ccxt==4.5.90", "orjson==3.13.0"), ("3.11", "3.12", "3.13")),
    "nautilus": Peer(("nautilus_trader==1.231.0",), ("3.12", "3.13")),
    "cryptofeed": Peer(("cryptofeed==3.0.1",), ("3.13", "3.12")),
}


def python_of(name: str) -> Path | None:
    """Give the interpreter of a peer's environment, or None where it is not made."""
    path = HOME / name / "bin" / "python"
    return path if path.exists() else None


def make(name: str) -> str:
    """Make one environment; give a line that says what happened."""
    peer = PEERS[name]
    if python_of(name):
        return f"{name}: there already"
    base = next((found for version in peer.pythons if (found := find_python(version))), None)
    if base is None:
        return f"{name}: left out, needs Python {' or '.join(peer.pythons)}"
    target = HOME / name
    try:
        subprocess.run([base, "-m", "venv", target], check=True)
        subprocess.run([target / "bin" / "python", "-m", "pip", "install", "-q", *peer.packages], check=True)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(target, ignore_errors=True)
        return f"{name}: left out, {error}"
    return f"{name}: made with {base}"


def find_python(version: str) -> str | None:
    """Look for an interpreter of one version: this one, on the path, or under pyenv."""
    return next((path for path in _candidates(version) if _version(path) == version), None)


def _candidates(version: str) -> Iterator[str]:
    yield sys.executable
    if found := shutil.which(f"python{version}"):
        yield found
    for path in sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python")):
        yield str(path)


def _version(path: str) -> str:
    # A pyenv shim may stand on the path and still refuse to run, so each is asked.
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([path, "-c", ask], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


if __name__ == "__main__":
    for each in sys.argv[1:] or PEERS:
        print(make(each), flush=True)
