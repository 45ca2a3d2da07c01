"""The lab: proves on logs and in simulated worlds what the product's own code does."""
