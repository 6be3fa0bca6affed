"""Binance spot on the wire, written from its documentation. README.md says what it does not speak."""
