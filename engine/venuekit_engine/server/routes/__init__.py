"""The endpoints, one file a noun. Each builds its handlers around the one service it needs."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

Handlers = list[HTTPRouteHandler]
