"""The whole engine from outside: a real `sequence serve` process, and the official client, unmodified."""
