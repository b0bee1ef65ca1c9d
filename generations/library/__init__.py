"""The life of an asset: a file comes in, is looked at and cleaned, kept once, and made known to Apiframe.

Every step may be run twice and by two workers at once; nothing talks to the network inside a transaction.
"""

from generations.library.adding import add, clean_name, rename, restore, trash
from generations.library.advising import advice_for
from generations.library.browsing import clips_of, shelf
from generations.library.making import clip_as_asset, frame_as_asset, last_frame_as_asset, scaled, trimmed
from generations.library.preparing import due_assets, forget, has_work, prepare
from generations.library.receiving import take

__all__ = [
    "add",
    "advice_for",
    "clean_name",
    "clip_as_asset",
    "clips_of",
    "due_assets",
    "forget",
    "frame_as_asset",
    "has_work",
    "last_frame_as_asset",
    "prepare",
    "rename",
    "restore",
    "scaled",
    "shelf",
    "take",
    "trash",
    "trimmed",
]
