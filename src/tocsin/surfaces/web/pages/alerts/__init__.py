"""Where each alert went, and why."""
