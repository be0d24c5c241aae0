"""Configuration as code: files → a validated document → a plan that a reader understands → applied at once or not.

`files` reads YAML with the position of everything, `sections/` give each part its meaning, `check` proves the
references, `plan` compares with what is in force, `apply` puts it in place. Owns the tables `config_file` and
`config_stored` and the event `ConfigApplied`.
"""
