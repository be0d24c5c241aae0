"""Pages that say what the record teaches."""
