"""Cassettes: what crossed the wire once, kept as text, played again offline through the real transport."""
