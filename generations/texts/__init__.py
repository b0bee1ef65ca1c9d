"""User-visible texts: messages by kind, failure reasons, durations."""
