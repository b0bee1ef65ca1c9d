"""How days and times read, by language; a template names the format, never its letters."""
