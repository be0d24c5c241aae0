"""Signals become alerts here: identity, deduplication, routing, silences, inhibition, grouping, expiry.

Owns the tables `integration`, `route`, `alert`, `alert_seen`, `alert_group`, `silence`; the events of `events.py`;
the
jobs `alerts.group`, `alerts.expire`, `alerts.release`. Parsing what a source sends is `integrations/sources`,
declaring an incident is above.
"""
