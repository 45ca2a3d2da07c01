"""One verb per file; imported by name."""
