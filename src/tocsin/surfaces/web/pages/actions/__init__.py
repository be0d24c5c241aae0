"""Action items: what is to change after incidents."""
