"""Views: check access, validate the form, do the action, respond."""
