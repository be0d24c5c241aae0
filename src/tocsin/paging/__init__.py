"""Paging: whom we call, when and why, until somebody answers; `delivery` does the how.

Owns the tables `escalation_policy`, `escalation_policy_version`, `escalation_run` and `page`, the events in `events`,
and the job `paging.advance`.
"""
