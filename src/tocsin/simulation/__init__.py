"""What would happen: the rules of production played through on frozen values (PAG-8).

Owns no table, emits no event, runs no job and sends nothing. A `Setup` says how everything is configured, a `Stage`
plays what is heard and what time does. May import neither integrations nor any jobs.
"""
