"""Escalation policies as sentences, whom they would call now, and the form for those that no file manages."""
