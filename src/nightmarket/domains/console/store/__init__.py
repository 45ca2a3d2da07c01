"""Empty on purpose: importing a part must not load the whole."""
