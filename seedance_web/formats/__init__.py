"""Date and time formats by language; templates use their names."""
