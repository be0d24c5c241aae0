"""Whether it works again, and the one way to say so: checks, the stability window, the use case *resolve*.

Owns the tables incident_check, check_run, check_result, resolution_attempt and postmortem_meeting, and the events of
`events`. Jobs: `verification.run` runs an incident's checks, `verification.window` is
the end of a stability window or a look inside it.
"""
