"""What an incident has to do with, on the command line."""

from tocsin.surfaces.cli import output
from tocsin.surfaces.wire.links import Links

RELATIONS = {
    "merged-into": "is merged into",
    "merged": "has taken in",
    "related": "is related to",
    "cause": "was caused by",
    "effect": "is the cause of",
}


def print_links(told: Links) -> None:
    """One line each."""
    if not told.others:
        output.say((told.incident, "bold"), " has nothing to do with another incident.")
    for each in told.others:
        output.say((told.incident, "bold"), f" {RELATIONS[each.relation]} {each.id}: {output.line(each.title)}")
