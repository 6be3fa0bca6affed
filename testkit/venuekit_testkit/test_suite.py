"""The suite, for `pytest --pyargs venuekit_testkit --venue <id>`."""

from venuekit_testkit.suite import *  # noqa: F403 - this line is what a plugin's own test file holds
