"""Traffic pools."""
