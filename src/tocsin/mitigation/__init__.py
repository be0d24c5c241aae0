"""Mitigations: what was done against an incident, by whom, and whether it helped (MIT-0, ROL-5).

Owns the table `mitigation` and the events in `events`. Carrying an action out is not here: today people do, and say so.
"""
