"""The market side of the engine: what is listed, what it costs now, and where that comes from.

`hub.py` holds the books, a `Source` fills them (`demo.py`, `live.py`, `replay.py`), `door.py` answers the server.
"""
