"""The sandbox: a desk that fills on paper against the real book."""
