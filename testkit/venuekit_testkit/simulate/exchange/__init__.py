"""One matching engine for every simulated venue: accounts, markets, orders, trades. It counts in `Decimal`."""
