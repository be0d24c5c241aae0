"""Postmortems as documents: list, reading view, editor, history, review, print, meeting (PMT-5, PMT-7)."""
