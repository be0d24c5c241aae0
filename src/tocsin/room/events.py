"""What people do in a room beside what its capabilities record."""

from tocsin.incidents.events import IncidentEvent


class ChecklistTicked(IncidentEvent, frozen=True, kw_only=True):
    """A person says that an item of the checklist is done, or is not after all; `item` is its key."""

    item: str
    is_ticked: bool
