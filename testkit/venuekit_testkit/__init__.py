"""The conformance testkit: what proves a venue plugin, offline."""
