"""Live trading against an exchange on this machine: real HTTP, real sockets, a matching engine with accounts."""
