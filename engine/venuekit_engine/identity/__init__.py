"""Who may ask, and with whose keys we trade: API keys as hashes, keys to venues sealed."""
