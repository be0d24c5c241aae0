"""What providers tell us about messages that they took, and what people answer through them (SEC-5)."""

from tocsin.surfaces.callbacks.app import Callbacks

__all__ = ["Callbacks"]
