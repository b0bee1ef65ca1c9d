"""The credit ledger: what writes its entries, and what proves that they add up."""

from generations.ledger.checking import faults
from generations.ledger.writing import (
    InsufficientCredits,
    account_for,
    adjust,
    grant,
    hold,
    hold_all,
    release,
    settle,
)

__all__ = [
    "InsufficientCredits",
    "account_for",
    "adjust",
    "faults",
    "grant",
    "hold",
    "hold_all",
    "release",
    "settle",
]
