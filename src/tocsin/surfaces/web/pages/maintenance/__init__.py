"""Services on which somebody works: what is under way, what is planned, and the form that adds one (ALR-7)."""
