"""Films the demo world makes for itself: pictures and music from a seed, nothing downloaded."""
