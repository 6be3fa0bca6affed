"""Real small parts for tests: instruments, a market of books, a journal in memory, desks that misbehave on order."""
