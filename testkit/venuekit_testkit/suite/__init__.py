"""The conformance suite: every law, as a function that pytest can collect.

A plugin's whole test file is `from venuekit_testkit.suite import *`.
"""
