"""Kalshi on the wire, simulated: REST V2 and the WebSocket, over the shared exchange."""
