"""Who is on call, and who comes next."""
