"""The ledger: what each client holds at each venue. Positions are the sum of fills and of what was there before."""
