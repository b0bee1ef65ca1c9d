"""What one card says about the takes behind it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Stack:
    """The takes behind a card: how many, how many have a clip, how many are in progress, and the newest's time."""

    size: int
    ready: int
    active: int
    newest: datetime

    @property
    def stamp(self) -> str:
        """Changes whenever what the card says about the stack changes."""
        return f"{self.size}-{self.ready}-{self.active}"
