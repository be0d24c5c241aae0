"""What is expected to say that it is alive, and whether it does (ALR-1)."""
