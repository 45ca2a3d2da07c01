"""Benchmarks: each prints JSON; run them as modules from the repository root."""
