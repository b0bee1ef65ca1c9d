"""The HTTP side: Werkzeug, injected faults, the journal and the controls."""
