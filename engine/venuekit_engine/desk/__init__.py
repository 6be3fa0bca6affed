"""Desks: the doors through which child orders leave. One for each client and venue; the sandbox is one more."""
