"""What has to be there before an incident is closed, beside its cause: the postmortem that its level asks for (PMT-8).
Pure.
"""

from tocsin.catalog.severity import Level, Postmortem
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref


def lacks_postmortem(incident: Incident, level: Level | None) -> bool:
    """Its level requires one, and none was published. A drill needs none, and neither does what is merged."""
    if level is None or incident.is_drill or incident.merged_into is not None:
        return False
    return level.postmortem is Postmortem.REQUIRED and incident.postmortem_published_at is None


def check_postmortem_is_published(incident: Incident, level: Level | None, reason: str, *, override: bool) -> None:
    """Raises Refused when it is not and nobody overrides that, Invalid for an override that does not say why."""
    if level is None or not lacks_postmortem(incident, level):
        return
    ref = incident_ref(incident.number)
    if not override:
        raise Refused(
            f"A {level.name} is closed when its postmortem is published, and that of {ref} is not.",
            f"Draft it: tocsin postmortem draft {ref}. To close without one: --override --why TEXT.",
            field="postmortem",
        )
    if not reason.strip():
        raise Invalid(
            "Closing without the postmortem needs a reason.", "Say why there is none: --why TEXT.", field="reason"
        )
