"""One module for each thing a person can see or press, by capability."""
