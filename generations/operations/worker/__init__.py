"""The worker: two lanes of tasks, their heartbeats, and the supervisor that restarts them."""
