"""The surfaces: how people and programs reach Tocsin. None knows another; CLI and API share `wire`."""
