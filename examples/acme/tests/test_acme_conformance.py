"""Acme against the conformance suite."""

from venuekit_testkit.suite import *  # noqa: F403
