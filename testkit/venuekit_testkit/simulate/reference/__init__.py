"""A venue that does everything, made up for the conformance suite: see docs/conformance/reference-protocol.md."""
