"""Which kind of cause an incident had: the list that postmortem templates are written for (LIF-11). Pure."""

from collections.abc import Mapping
from enum import StrEnum

from tocsin.catalog.severity import Level
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref


class CauseCategory(StrEnum):
    """As people type it; blanks and underscores are read as hyphens."""

    DEPLOYMENT = "deployment"
    RESOURCE_EXHAUSTION = "resource-exhaustion"
    DEPENDENCY_FAILURE = "dependency-failure"
    CONFIGURATION = "configuration"
    CAPACITY = "capacity"
    SECURITY = "security"
    OTHER = "other"


MEANINGS: Mapping[CauseCategory, str] = {
    CauseCategory.DEPLOYMENT: "a new version did it",
    CauseCategory.RESOURCE_EXHAUSTION: "memory, disk, connections or a limit ran out",
    CauseCategory.DEPENDENCY_FAILURE: "something we depend on failed",
    CauseCategory.CONFIGURATION: "a setting was wrong",
    CauseCategory.CAPACITY: "more load than there was room for",
    CauseCategory.SECURITY: "somebody meant harm, or could have done it",
    CauseCategory.OTHER: "none of these",
}


def read_cause(text: str) -> CauseCategory:
    """Raises Invalid that lists them."""
    try:
        return CauseCategory("-".join(text.casefold().replace("_", " ").replace("-", " ").split()))
    except ValueError:
        raise Invalid(
            f"{text[:40]!r} is not a cause category.", f"Use one of {', '.join(CauseCategory)}.", field="cause_category"
        ) from None


def check_cause_is_named(incident: Incident, level: Level | None) -> None:
    """Raises Refused when an incident of the two top levels is to be closed and nobody has said what kind of cause it
    had."""
    if level is not None and level.is_top and incident.cause_category is None:
        ref = incident_ref(incident.number)
        raise Refused(
            f"{ref} is a {level.name} and is closed with a cause category only.",
            f"tocsin close {ref} --cause-category, one of {', '.join(CauseCategory)}.",
            field="cause_category",
        )
