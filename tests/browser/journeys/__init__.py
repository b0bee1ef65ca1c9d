"""The journeys of docs/journeys.md, step by step."""
