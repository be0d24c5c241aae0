"""What the room of an incident shows, gathered into one frozen view: its head, and the parts beside its timeline."""

from datetime import datetime

import msgspec

from tocsin.accounts.model import Viewer
from tocsin.catalog import service as catalog
from tocsin.catalog.severity import Level, Profile
from tocsin.incidents import service as incidents
from tocsin.incidents import timeline
from tocsin.incidents.attachments import FileLimits
from tocsin.incidents.model import EntryType, Incident
from tocsin.incidents.record import in_order, without_shown_changes
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.paging import service as paging
from tocsin.room.facts import gather
from tocsin.surfaces.web.pages.incidents import (
    aid_part,
    alerts_part,
    attachments_part,
    call_part,
    checklist_part,
    details_part,
    findings_part,
    handoff_part,
    links_part,
    members_part,
    mitigations_part,
    onlookers_part,
    paging_part,
    postmortem_part,
    roles_part,
    severity_part,
    stage_part,
    tasks_part,
    updates_part,
    verification_part,
)
from tocsin.surfaces.web.pages.incidents.entries import EntryView, record_view
from tocsin.surfaces.web.pages.incidents.facts import FactsView, MoveView, facts_view, moves
from tocsin.surfaces.web.pages.incidents.slots import Part, Place, RoomContext, Shown
from tocsin.surfaces.web.pages.paging.pager import PagerView, pager_view
from tocsin.surfaces.wire.stream import position

PARTS: tuple[Part, ...] = (
    Part("merged", "Merged", links_part.load_merged, "incidents/_merged.html", "head"),
    Part("findings", "What goes wrong", findings_part.load, "incidents/_findings.html", "head"),
    Part("wish", "Whether it resolves", verification_part.load_wish, "incidents/_wish.html", "head"),
    Part("update-due", "Next update", updates_part.load_due, "incidents/_update_due.html", "head"),
    Part("onlookers", "Also here", onlookers_part.load, "incidents/_onlookers.html", "head"),
    Part("call", "The call", call_part.load, "incidents/_call.html", "head"),
    Part("mitigating", "Mitigating", mitigations_part.load_label, "incidents/_mitigating.html", "head"),
    Part("stage", "Time box", stage_part.load, "incidents/_stage.html", "head"),
    Part("eta", "ETA", details_part.load_eta, "incidents/_eta.html", "head"),
    Part("postmortem", "Postmortem", postmortem_part.load, "incidents/_postmortem.html", "head"),
    Part("severity", "Severity", severity_part.load, "incidents/_severity.html", "left"),
    Part("offers", "Hand-off", handoff_part.load, "incidents/_offers.html", "left"),
    Part("roles", "Roles", roles_part.load, "incidents/_roles.html", "left"),
    Part("checklist", "Checklist", checklist_part.load, "incidents/_checklist.html", "left"),
    Part("tasks", "Tasks", tasks_part.load, "incidents/_tasks.html", "left"),
    Part("files", "Files", attachments_part.load, "incidents/_files.html", "left"),
    Part("members", "Who sees it", members_part.load, "incidents/_members.html", "left"),
    Part("mitigations", "Mitigations", mitigations_part.load, "incidents/_mitigations.html", "right"),
    Part("updates", "Updates", updates_part.load, "incidents/_updates.html", "right"),
    Part("verification", "Verification", verification_part.load, "incidents/_verification.html", "right"),
    Part("aid", "Decision aid", aid_part.load, "incidents/_aid.html", "right"),
    Part("links", "Other incidents", links_part.load, "incidents/_links.html", "right"),
    Part("alerts", "Alerts", alerts_part.load, "incidents/_alerts.html", "right", tab="paging"),
    Part("paging", "Paging", paging_part.load, "incidents/_paging.html", "right", tab="paging"),
    Part("together", "Other incidents", links_part.load_sheet, "incidents/_together.html", "sheet"),
    Part("call-sheet", "The call", call_part.load_sheet, "incidents/_call_sheet.html", "sheet"),
    Part("details", "Times, ETA and cause", details_part.load, "incidents/_details.html", "sheet"),
    Part("attach", "Attach a file", attachments_part.load_sheet, "incidents/_attach.html", "sheet"),
    Part("grade", "Severity", severity_part.load_sheet, "incidents/_grade.html", "sheet"),
    Part("update-sheet", "Update", updates_part.load_sheet, "incidents/_update_sheet.html", "sheet"),
    Part("resolve", "Resolve", verification_part.load_sheet, "incidents/_resolve.html", "sheet"),
    Part("add-check", "Add a check", verification_part.load_addition, "incidents/_add_check.html", "sheet"),
    Part("assign", "Roles", roles_part.load_sheet, "incidents/_assign.html", "sheet"),
    Part("handoff", "Hand-off", handoff_part.load_sheet, "incidents/_handoff.html", "sheet"),
)
"""Every part beside the facts and the timeline, in the order in which each place shows them."""

ENTRY_TYPES = (
    EntryType.OBSERVATION,
    EntryType.ACTION,
    EntryType.DECISION,
    EntryType.QUESTION,
    EntryType.ANSWER,
)

MOST_ENTRIES = 500


class RoomView(msgspec.Struct, frozen=True, kw_only=True):
    """What changes while the room is open, without its timeline, which grows by the stream."""

    room: RoomContext
    facts: FactsView
    pager: PagerView
    moves: tuple[MoveView, ...]
    shown: tuple[Shown, ...]

    def at(self, place: Place) -> tuple[Shown, ...]:
        return tuple(each for each in self.shown if each.part.place == place)


class TimelineView(msgspec.Struct, frozen=True, kw_only=True):
    """The latest entries. `last` is the position in the stream that they reach; `is_cut`: there are older ones."""

    entries: tuple[EntryView, ...]
    last: str
    is_cut: bool
    entry_types: tuple[str, ...] = ENTRY_TYPES


async def load_timeline(conn: Conn, viewer: Viewer, incident: Incident) -> TimelineView:
    """In the order in which it happened, whenever it was written."""
    entries = await timeline.read_end(conn, incident, limit=MOST_ENTRIES + 1)
    shown = entries[-MOST_ENTRIES:]
    return TimelineView(
        entries=tuple(record_view(entry, viewer) for entry in in_order(without_shown_changes(shown))),
        last=position(shown[-1].at, shown[-1].id) if shown else "0-0",
        is_cut=len(entries) > MOST_ENTRIES,
    )


async def load_room(conn: Conn, viewer: Viewer, ref: str, now: datetime, file_limits: FileLimits) -> RoomView:
    """Raises NotFound for what this viewer may not see."""
    incident = await incidents.get_incident(conn, viewer, ref)
    profile = await catalog.severity_profile(conn)
    room = RoomContext(
        viewer=viewer,
        incident=incident,
        story=await paging.explain(conn, viewer, ref, now),
        profile=profile,
        level=_level_of(profile, incident),
        known=await gather(conn, incident),
        file_limits=file_limits,
        now=now,
    )
    return RoomView(
        room=room,
        facts=facts_view(incident, room.story, profile, viewer),
        pager=pager_view(incident, room.story, viewer),
        moves=moves(incident),
        shown=tuple([Shown(part, await part.load(conn, room)) for part in PARTS]),
    )


def _level_of(profile: Profile, incident: Incident) -> Level | None:
    if incident.severity is None:
        return None
    try:
        return profile.level(incident.severity)
    except NotFound:
        return None
