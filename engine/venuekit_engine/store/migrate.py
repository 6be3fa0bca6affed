"""Bring a database to the newest schema, or refuse it.

Used when a store opens. A database that is up to date costs one small read and does not import Alembic. What must stay
true: a database of a newer release is refused untouched.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Final

from venuekit_engine.store.fault import SchemaTooNew, StoreError
from venuekit_engine.store.schema import HEAD

SCRIPTS: Final = Path(__file__).parent / "migrations"


def migrate(path: Path) -> None:
    """Create the database, or run the migrations that it lacks.

    Raises: SchemaTooNew for one of a newer release; StoreError for a file that is no database of ours.
    """
    try:
        _create(path)
        if (found := revision(path)) != HEAD:
            _upgrade(path, found)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path} cannot be opened: {error}") from error


def revision(path: Path) -> str | None:
    """Tell which migration a database is at; None for an empty one."""
    with closing(sqlite3.connect(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "alembic_version" in tables:
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        if tables:
            raise StoreError(f"{path} is a database of something else: it has the tables {', '.join(sorted(tables))}")
        return None


def _create(path: Path) -> None:
    # Born readable by its owner alone; SQLite gives its WAL the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _upgrade(path: Path, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["url"] = f"sqlite+pysqlite:///{path}"
    _require_known(path, found, [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()])
    command.upgrade(config, "head")


def _require_known(path: Path, found: str | None, known: Collection[str]) -> None:
    if found is not None and found not in known:
        raise SchemaTooNew(
            f"{path} has the schema {found}, this release knows up to {HEAD}: a newer release wrote it; use that one"
        )
