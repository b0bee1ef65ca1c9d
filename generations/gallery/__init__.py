"""Finding and organising clips: filters, pages, search, selection, collections, trash, zip export."""
