"""A simulated day of uploads racing for exposures."""
