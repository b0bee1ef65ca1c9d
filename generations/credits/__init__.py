"""Money: the ledger (the only writer), its audit, limits, statements and monthly grants."""
