"""The verbs of the API as descriptions: what each sends and as what it reads the answer. No I/O.

Both clients are built from these functions, so they cannot differ.
"""
