"""The journeys of docs/journeys.md, step by step as it tells them."""
