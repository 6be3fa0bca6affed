"""The runtime: takes graphs in, journals what happens, and does what the reducer's commands say."""
