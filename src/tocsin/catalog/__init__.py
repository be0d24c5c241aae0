"""The catalogue: the organisation, its services and who owns them, and the severity profiles.

Owns the tables `organisation` and `service`; emits nothing, for what changes them says so. Severity profiles are
data in code (`presets/`); `severity`, `facts`, `profiles` and `assess` import nothing heavy, for `tocsin assess`
works offline and starts fast (PERF-11).
"""
