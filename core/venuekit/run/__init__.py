"""The one seam to the world: HTTP, WebSocket, clock, rate limits, retries, recording, replay.

Import what you need from its modules. Only `http`, `connection` and what runs on it (`stream`, `account`) import
aiohttp; this package does not.
"""
