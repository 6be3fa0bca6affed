"""Alembic's scripts: every schema that there ever was, in order."""
