"""The representations that `/api/v1` answers and `--json` prints: msgspec structs, and how they are made from values.

A field is only ever added. What is not known yet is there and null, so that a script can rely on the name
(`spec/configuration.md`, Representation). Requests refuse fields they do not know, by name.
"""
