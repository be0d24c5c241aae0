"""Domain-free foundations, one subject a module. Knows nothing of incidents, pages or alerts."""
