"""Every message that leaves: contacts, notification rules, deliveries, their attempts and their order.

Owns the tables `contact`, `notification_rule`, `delivery`, `delivery_attempt` and `delivery_pace`, the events in
`events.py`, one job kind per channel (`deliver.<kind>`), and the Protocol `Channel`. Whom to tell and why is decided
above; here is how.
"""
