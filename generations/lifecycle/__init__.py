"""A generation's life from queued to finished: state, credits, files and API calls."""
