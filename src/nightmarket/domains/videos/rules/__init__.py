"""Pure decisions about videos: no clock, no I/O."""
