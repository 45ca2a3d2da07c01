"""A simulated population: who comes back, what is found, and what faults change."""
