"""Trying a plugin against every law, and what follows from it: verdicts and levels."""
