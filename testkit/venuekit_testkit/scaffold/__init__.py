"""The beginning of a plugin: a folder that runs, reaches L0, and says what is next."""
