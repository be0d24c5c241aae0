"""On-call: who is awake when, by layers of rotations and overrides, and what people change about it.

Owns the tables `schedule`, `schedule_override`, `leave`, `shift_swap` and `cover_request`; emits what people change
(`events`). Who is on call is pure: `rotation` answers for any instant, `service` only loads the schedule and asks it.
"""
