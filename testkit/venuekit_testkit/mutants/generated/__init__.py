"""Generated mutants: every small change to a plugin's own source that a careless hand could make, tried on the suite.

`python -m venuekit_testkit.mutants.generated <venue> --sample 300` tries a sample and prints what nothing noticed. The
mutants of the folder above are made by hand and aim at a law each; these aim at nothing, and so find what no law sees.
"""
