"""The model: parameters, prices, prompt tokens and advice. Uses only Django's translations."""
