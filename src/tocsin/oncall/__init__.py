"""On-call: who is awake when, by layers of rotations and overrides, what people change about it, and calendars of it.

Owns the tables `calendar`, `calendar_entry`, `calendar_event`, `calendar_feed`, `cover_request`, `leave`,
`oncall_look`, `schedule`, `schedule_ladder`, `schedule_override` and `shift_swap`; emits what people change
(`events`). Who is on call is pure: `rotation` answers for any instant, `service` only loads the schedule and asks it.
What must hold of the coming weeks is proven by `checker`, `checking` brings the facts.
"""
