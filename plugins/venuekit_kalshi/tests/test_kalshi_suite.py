"""Kalshi, against every law of the conformance suite."""

from venuekit_testkit.suite import *  # noqa: F403 - the laws are the tests
