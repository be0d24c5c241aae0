"""How the viewer is reached."""
