"""`sequence demo`: everything shown in a few seconds on a made-up or recorded market, without network or keys."""
