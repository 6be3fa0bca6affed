"""Coinbase Advanced Trade on the wire: its public side. README.md says what it does not speak."""
