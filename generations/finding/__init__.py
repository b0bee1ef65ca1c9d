"""Finding clips again: filters read from an address, search over prompts, and pages by keyset."""

from generations.finding.filters import GalleryFilter, Narrowing, tags_in
from generations.finding.pages import NEWEST, SORTS, TRASHED_LAST, Page, Sort, neighbours, page_of
from generations.finding.prompts import Written, last_prompts
from generations.finding.search import in_prompts
from generations.finding.selecting import Selection

__all__ = [
    "NEWEST",
    "SORTS",
    "TRASHED_LAST",
    "GalleryFilter",
    "Narrowing",
    "Page",
    "Selection",
    "Sort",
    "Written",
    "in_prompts",
    "last_prompts",
    "neighbours",
    "page_of",
    "tags_in",
]
