"""On-call: who is awake when, by layers of rotations and overrides.

Owns the tables `schedule` and `schedule_override`; emits nothing, for what changes them says so. Nearly all of it is
pure: `rotation` answers for any instant, `service` only loads the schedule and asks it.
"""
