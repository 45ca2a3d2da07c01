"""Replays a real interaction log through the ranker's own code and measures it without flattery."""
