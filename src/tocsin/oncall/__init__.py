"""On-call: who is awake when, by layers of rotations and overrides, what people change about it, and calendars of it.

Owns the tables `schedule`, `schedule_override`, `leave`, `shift_swap`, `cover_request`, `calendar_feed`,
`calendar_entry`, `schedule_ladder` and `oncall_look`; emits what people change (`events`). Who is on call is pure:
`rotation` answers for any instant, `service` only loads the schedule and asks it. What must hold of the coming weeks is
proven by `checker`, `checking` brings the facts.
"""
