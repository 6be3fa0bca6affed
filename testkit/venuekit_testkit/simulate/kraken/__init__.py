"""Kraken spot on the wire, its public side, written from its documentation. README.md says what it does not speak."""
