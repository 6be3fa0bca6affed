"""The schema: migrations end where `schema.py` says, and a database that is not ours to touch is left alone."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from venuekit_engine.store.fault import SchemaTooNew, StoreError
from venuekit_engine.store.migrate import SCRIPTS, migrate, revision
from venuekit_engine.store.schema import HEAD, METADATA


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "100% mine.sqlite3"


def test_migrations_end_in_exactly_the_tables_that_the_code_speaks_of(path: Path) -> None:
    migrate(path)
    engine = create_engine(f"sqlite+pysqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_that_the_code_expects(path: Path) -> None:
    assert ScriptDirectory(str(SCRIPTS)).get_heads() == [HEAD]
    migrate(path)
    assert revision(path) == HEAD


def test_migrating_again_changes_nothing(path: Path) -> None:
    migrate(path)
    before = path.read_bytes()
    migrate(path)
    assert path.read_bytes() == before


def test_a_database_of_a_newer_release_is_refused_untouched(path: Path) -> None:
    migrate(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'r9999'")
    before = path.read_bytes()
    with pytest.raises(SchemaTooNew, match=f"r9999.*{HEAD}"):
        migrate(path)
    assert path.read_bytes() == before


def test_a_database_of_something_else_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StoreError, match="recipes"):
        migrate(path)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_text("dear diary, today nothing happened, as on every other day of this long summer")
    with pytest.raises(StoreError, match="not a database"):
        migrate(path)


def test_a_path_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        migrate(tmp_path / "nowhere" / "store.sqlite3")


def test_only_its_owner_can_read_the_database(path: Path) -> None:
    migrate(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
