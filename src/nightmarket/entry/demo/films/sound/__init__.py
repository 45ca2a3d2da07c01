"""Synthesis for the demo films: voices, drums, textures, effects, mastering."""
