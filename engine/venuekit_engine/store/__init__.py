"""What survives: the journal of events and the rows that are read from it."""
