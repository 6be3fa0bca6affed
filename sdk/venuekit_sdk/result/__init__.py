"""Typed answers of the server: frozen, and with views for people over the integers of the wire.

Fields are named as on the wire (`qty_1e8`, `avg_fill_price_1e9`); the views without a suffix are exact decimals. A
field that the server adds later is ignored.
"""
