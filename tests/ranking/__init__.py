"""The ranker."""
