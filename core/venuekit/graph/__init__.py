"""Execution graphs: what a client asks (`model`, `payload`), what happened (`event`), and what follows (`reducer`).

Everything here is pure: no clock, no I/O. The engine journals events, and does what the reducer's commands say.
"""
