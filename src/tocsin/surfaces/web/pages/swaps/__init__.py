"""Swaps and requests for cover: what waits for an answer, the answers, and the form that gives a shift away."""
