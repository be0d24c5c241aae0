"""How long a test waits for what must come."""

PATIENCE = 60.0
"""Seconds: what comes at all comes by then also on a machine with ten times its work; a test may last twice that."""
