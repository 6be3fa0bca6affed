"""Hypothesis for all tests: no deadline, because a busy machine is not a broken law."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("venuekit", deadline=None)
settings.load_profile("venuekit")
