"""`python -m venuekit_sdk.cli` is `sequence`."""

from venuekit_sdk.cli.app import main

main()
