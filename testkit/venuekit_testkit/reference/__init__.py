"""The reference venue's plugin: the one that every law of the suite must hold for, and that the mutants break.

It is no entry point: the venue is made up. Read it as an example of a plugin; the protocol is told in
docs/conformance/reference-protocol.md.
"""
