"""What touches other people's programs, one folder each: deleting the folder and its registry line removes the
integration."""
