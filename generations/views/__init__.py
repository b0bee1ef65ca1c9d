"""Where people come in: gate, form, verb, response."""
