"""What may be said of a mitigation, and in which words the timeline says it. Pure."""

from datetime import datetime
from urllib.parse import quote

from tocsin.incidents.model import Incident, Status
from tocsin.incidents.sentences import full_stop
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.mitigation.model import Mitigation, MitigationDraft, Result

MAX_WHAT = 500
MAX_NOTE = 2000
BEFORE_IDENTIFIED = frozenset({Status.TRIGGERED, Status.ACKNOWLEDGED, Status.INVESTIGATING})


def check_draft(draft: MitigationDraft, incident: Incident, now: datetime) -> MitigationDraft:
    """The draft, trimmed. Raises Invalid that names the field, Refused for an incident that is over."""
    ref = incident_ref(incident.number)
    if not incident.is_open:
        raise Refused(
            f"{ref} is {incident.status}: there is nothing to mitigate.",
            f"If it is not over: tocsin reopen {ref} --why TEXT.",
        )
    what = draft.what.strip()
    if not 1 <= len(what) <= MAX_WHAT:
        raise Invalid(f"What is done has 1 to {MAX_WHAT} characters.", "Say it in one line.", field="what")
    way_back = (draft.way_back or "").strip() or None
    if way_back is not None and len(way_back) > MAX_WHAT:
        raise Invalid(f"The way back has at most {MAX_WHAT} characters.", "Say it in one line.", field="way_back")
    started_at = draft.started_at or now
    if started_at > now:
        raise Invalid("It cannot have begun later than now.", "Leave the time out to mean now.", field="started_at")
    return MitigationDraft(
        what=what,
        strategy=(draft.strategy or "").strip() or None,
        way_back=way_back,
        dry_run=draft.dry_run,
        is_temporary=draft.is_temporary,
        started_at=started_at,
        by=draft.by,
    )


def check_finish(mitigation: Mitigation, number: int, note: str) -> str:
    """The note, trimmed. Raises Refused for one that has ended, Invalid for an overlong note."""
    if not mitigation.runs:
        assert mitigation.result is not None, "what has ended has a result"
        raise Refused(
            f"Mitigation {mitigation.n} of {incident_ref(number)} has ended: it {mitigation.result.words}.",
            "Record what you do now as a mitigation of its own.",
            field="n",
        )
    note = note.strip()
    if len(note) > MAX_NOTE:
        raise Invalid(f"A note has at most {MAX_NOTE} characters.", "Shorten it.", field="note")
    return note


def read_result(text: str) -> Result:
    """Raises Invalid that lists the results."""
    if text not in set(Result):
        raise Invalid(f"There is no result {text[:40]!r}.", f"Use one of {', '.join(Result)}.", field="result")
    return Result(text)


def way_back_of(mitigation: Mitigation) -> str:
    """What takes it back: as it was said, else to undo it."""
    return mitigation.way_back or f"undo: {mitigation.what}"


def begun(mitigation: Mitigation) -> str:
    """ "Mitigation 1 begins, by @alice: rolled back to v2.3.0. Temporary."."""
    parts = [f"Mitigation {mitigation.n} begins, by {mitigation.by}: {full_stop(mitigation.what)}"]
    if mitigation.is_temporary:
        parts.append("It is temporary.")
    if mitigation.way_back:
        parts.append(f"The way back: {full_stop(mitigation.way_back)}")
    return " ".join(parts)


def finished(mitigation: Mitigation, result: Result, by: str, note: str) -> str:
    """ "Mitigation 1 (rolled back to v2.3.0) helped, says @alice."."""
    said = f"Mitigation {mitigation.n} ({mitigation.what.rstrip('.')}) {result.words}, says {by}."
    return f"{said} {full_stop(note)}".rstrip()


def made_worse(mitigation: Mitigation, by: str, note: str, way_back: str) -> str:
    """The entry that everybody reads first."""
    return f"{finished(mitigation, Result.WORSE, by, note)} It is stopped. The way back: {full_stop(way_back)}"


def reassess(incident: Incident, mitigation: Mitigation) -> str:
    """The question that the room is asked (ROL-5)."""
    is_now = f"Is {incident.severity} still right" if incident.severity else "How bad is it now"
    return f"{is_now}, and how many are affected, after mitigation {mitigation.n} made it worse?"


def no_next_step(incident: Incident, why: str) -> str:
    """Nobody else can be called by the ladder, so that a person has to name somebody."""
    ref = incident_ref(incident.number)
    return f"{full_stop(why)} Name who shall help: tocsin add-responder {ref} NAME."


def maintenance_path(incident: Incident) -> str | None:
    """The page on which the first of its services goes into maintenance; None: nobody has said what is affected."""
    return f"/maintenance/new?service={quote(incident.services[0])}" if incident.services else None
