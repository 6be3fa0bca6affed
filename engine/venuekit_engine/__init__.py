"""The engine: the service that uses the core. Market, desks, runtime, ledger, store and server.

`app.py` is the composition root; everything else takes what it needs as arguments.
"""
