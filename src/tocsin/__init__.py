"""Tocsin: from the alarm to the all-clear."""
