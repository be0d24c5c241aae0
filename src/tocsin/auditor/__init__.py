"""The auditor: looks each minute whether Tocsin keeps its own promises, tells the administrators when it does not, and
stops the outgoing dead man's ping (REL-3).

Owns `auditor_look` and `auditor_finding`, the event `AdministratorsWarned` and the jobs `auditor.look` and
`auditor.ping`. It reads the tables of all packages and changes none of them.
"""
