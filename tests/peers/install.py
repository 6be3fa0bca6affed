"""Make the environments of other people's clients: `python tests/peers/install.py [name ...]`.

Used by `make peers` and `make test`, and by tests and benchmarks to find them. Standard library only. Makes what is
missing or out of date, two at a time; with nothing to do it only reads stamps. What must stay true: the stamp is
written last, so that an environment whose making was broken off is made again, and never used.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

TABLE: Final = Path(__file__).with_name("peers.toml")
HOME: Final = Path(__file__).parents[2] / ".peers"
AT_ONCE: Final = 2


class Failed(Exception):
    """An environment could not be made; the message says why in one line."""


class NoPython(Failed):
    """The machine has no Python that the peer runs on."""


class Entry(NamedTuple):
    """One line of the table."""

    name: str
    requires: tuple[str, ...]
    pythons: tuple[str, ...]
    drivers: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return HOME / self.name

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def is_made(self) -> bool:
        """Whether the environment is whole, and is the one that the table asks for now."""
        stamp = self.folder / "stamp.json"
        return stamp.is_file() and stamp.read_text() == self.stamp and self.python.exists()

    @property
    def stamp(self) -> str:
        return json.dumps({"requires": self.requires, "pythons": self.pythons})


def read_table() -> dict[str, Entry]:
    """Give every peer by its name."""
    rows = tomllib.loads(TABLE.read_text())
    return {name: Entry(name, *(tuple(row.get(key, ())) for key in Entry._fields[1:])) for name, row in rows.items()}


def main(names: Sequence[str]) -> int:
    """Make the named peers, or all that have drivers; give how many failed."""
    peers = read_table()
    if unknown := set(names) - set(peers):
        print(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(peers)}", file=sys.stderr)
        return 2
    wanted = [peers[name] for name in names] or [peer for peer in peers.values() if peer.drivers]
    if all(peer.is_made for peer in wanted):
        return 0
    HOME.mkdir(exist_ok=True)
    with (HOME / "lock").open("w") as lock, ThreadPoolExecutor(AT_ONCE) as pool:
        import fcntl  # not on Windows, where tests may still be collected

        fcntl.flock(lock, fcntl.LOCK_EX)  # somebody else may be at it: then wait, and find it done
        missing = [peer for peer in wanted if not peer.is_made]
        return sum(_tell(peer, made) for peer, made in zip(missing, pool.map(_try, missing), strict=True))


def make(peer: Entry) -> str:
    """Make one environment, or leave it as it is; give a line that says what happened.

    Raises: Failed if there is no Python for it, or pip cannot install it.
    """
    if peer.is_made:
        return "there already"
    base = _base_of(peer)
    shutil.rmtree(peer.folder, ignore_errors=True)
    # Our own pip installs into it: an environment without a pip of its own is made in a moment.
    _run(base, "-m", "venv", "--without-pip", str(peer.folder))
    pip = ("-m", "pip", "--python", str(peer.python), "install", "--quiet", "--no-input")
    _run(sys.executable, *pip, "--disable-pip-version-check", *peer.requires)
    (peer.folder / "stamp.json").write_text(peer.stamp)
    return f"made with {base}"


def has_python(peer: Entry) -> bool:
    """Tell whether a Python that a peer runs on is here."""
    try:
        return bool(_base_of(peer))
    except NoPython:
        return False


def _try(peer: Entry) -> str | Failed:
    try:
        return make(peer)
    except NoPython as why:
        return f"left out: {why}"  # a machine without it is no fault of the peer
    except Failed as why:
        return why


def _tell(peer: Entry, made: str | Failed) -> bool:
    """Say what became of a peer; tell whether it failed."""
    failed = isinstance(made, Failed)
    print(f"{peer.name}: {'not made: ' if failed else ''}{made}", file=sys.stderr if failed else sys.stdout, flush=True)
    return failed


def _base_of(peer: Entry) -> str:
    if not peer.pythons:
        return sys.executable
    for version in peer.pythons:
        if found := next((path for path in _interpreters(version) if _version(path) == version), None):
            return found
    raise NoPython(f"needs Python {' or '.join(peer.pythons)}, and none is here")


def _interpreters(version: str) -> Iterator[str]:
    yield sys.executable
    if found := shutil.which(f"python{version}"):
        yield found
    for path in sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python")):
        yield str(path)


def _version(path: str) -> str:
    # A pyenv shim may stand on the path and still refuse to run, so each is asked.
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([path, "-c", ask], capture_output=True, text=True, check=False).stdout.strip()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        raise Failed(said[-1] if said else f"{command[0]} ended with {done.returncode}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
