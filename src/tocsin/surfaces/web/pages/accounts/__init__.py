"""Signing in and out, passwords, the look of the pages."""
