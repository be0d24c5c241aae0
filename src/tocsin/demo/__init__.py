"""A seeded organisation with a year of plausible history, to try Tocsin on: `tocsin demo`.

`tales` is pure and says what happened, from a seed; `living` has it happen through the product's own use cases, on a
clock of the past; `command` makes a Tocsin of its own for it. Owns no table, and nothing of an installation uses it.
"""
