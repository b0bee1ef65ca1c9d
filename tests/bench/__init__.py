"""Benchmarks: data of any size, and what pages and rounds cost as ratios. `make bench` runs them."""
