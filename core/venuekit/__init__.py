"""venuekit: venues as plugins, one router, one book, one journal.

`import venuekit` is light: no HTTP stack and no plugin. Import what you need from its modules.
"""

__version__ = "0.1.0"
