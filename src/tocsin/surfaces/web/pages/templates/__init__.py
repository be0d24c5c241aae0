"""How messages are worded: the list of templates, and the form that changes one (COM-1)."""
