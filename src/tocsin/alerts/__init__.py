"""Signals become alerts here: identity, deduplication, routing, silences, inhibition, grouping, expiry.

Owns the tables `integration`, `route`, `inhibition`, `alert_rules_version`, `silence`, `alert_routing`, `alert`,
`alert_seen`, `alert_group`; the events of `events.py`; the jobs `alerts.group`, `alerts.expire`, `alerts.close`,
`alerts.release`, `alerts.reroute`,
`alerts.settle`. Parsing what a source sends is `integrations/sources`, declaring an incident is above.
"""
