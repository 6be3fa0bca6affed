"""The one seam to the world: HTTP, WebSocket, clock, rate limits, retries, recording, replay.

Import what you need from its modules. aiohttp is imported by `http`, `connection` and `stream` only, never by this package.
"""
