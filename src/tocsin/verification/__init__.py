"""Whether it works again, and the one way to say so: checks, the stability window, the use case *resolve*.

Owns the tables check_run, check_result and resolution_attempt, and the events of `events`. Jobs: `verification.run`
runs an incident's checks, `verification.window` is the end of a stability window or a look inside it.
"""
