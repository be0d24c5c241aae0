"""Why it happened and what follows from it, as far as the record goes; the rest is asked, with the questions of the
template (PMT-1, PMT-2). Pure.
"""

from __future__ import annotations

from tocsin.incidents.linking import Link
from tocsin.incidents.model import EntryType
from tocsin.incidents.sentences import full_stop, joined
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems.action_model import ActionState
from tocsin.postmortems.record import Record
from tocsin.postmortems.statements import Action, Fact, Question, Statement
from tocsin.postmortems.summary import cause_entry
from tocsin.postmortems.telling import without_names
from tocsin.postmortems.templates import Template


def root_cause(record: Record, template: Template) -> list[Statement]:
    told: list[Statement] = []
    if record.incident.root_cause:
        told.append(Fact(full_stop(record.incident.root_cause), cause_entry(record)))
    return [*told, *map(Question, template.questions)]


def five_whys(record: Record) -> list[Statement]:
    """The first why is what is known; each of the others asks for the cause of the one before."""
    cause = record.incident.root_cause
    first = (
        Fact(f"Why did it happen? {full_stop(cause)}", cause_entry(record)) if cause else Question("Why did it happen?")
    )
    return [first, *(Question(f"Why was that so? (why {n} of 5)") for n in range(2, 6))]


def factors(record: Record, template: Template) -> list[Statement]:
    """What people observed stands here as they wrote it; whether it contributed is theirs to say."""
    seen = [entry for entry in record.entries if entry.is_of_a_person and entry.type == EntryType.OBSERVATION]
    told = [Fact(f"Observed: {full_stop(without_names(entry.text, record.holdings))}", entry.id) for entry in seen]
    alike = [incident_ref(number) for number in record.alike]
    if alike:
        cause = (record.incident.cause_category or "").replace("-", " ")
        text = f"{joined(alike)} had the same kind of cause, {cause}, within a year."
        told.append(Fact(text, record.entry_of("CauseNamed")))
    for link in record.links:
        told.append(Fact(_link_words(link), record.entry_about("other_number", link.other.number, "IncidentLinked")))
    return [*told, *map(Question, template.factors)]


def _link_words(link: Link) -> str:
    """ "INC-9 was the cause: the database is full."."""
    words = {"cause": "was the cause", "effect": "followed from it"}.get(link.relation, "has to do with it")
    return f"{incident_ref(link.other.number)} {words}: {full_stop(link.other.title)}"


def actions(record: Record) -> list[Statement]:
    """What was agreed, then the tasks that are left of the incident: they become the next ones."""
    agreed = [
        Action(
            text=item.text,
            owner=item.owner,
            due=item.due_on.isoformat(),
            priority=item.priority,
            category=item.category,
            state=item.state.words,
        )
        for item in record.actions
        if item.state is not ActionState.DROPPED
    ]
    made = {item.task_n for item in record.actions}
    tasks = [task for task in record.tasks if task.is_open and task.n not in made]
    left = [*agreed, *(Action(text=task.text, owner=task.owner, state=task.state.words) for task in tasks)]
    asked = "Who does what by when, so that it does not come back?" if left else "What shall be done, by whom, by when?"
    return [*left, Question(asked)]


def lessons(record: Record) -> list[Statement]:
    """What nobody has answered yet is what there is to learn."""
    waiting: list[Statement] = []
    for entry in record.entries:
        if entry.is_of_a_person and entry.type == EntryType.QUESTION:
            asked = f"During the incident it was asked: {without_names(entry.text, record.holdings)}"
            waiting.append(Question(asked, entry.id))
        elif entry.is_of_a_person and entry.type == EntryType.ANSWER and waiting:
            waiting.pop(0)
    return [*waiting, Question("What do we know now that we did not know before?")]


def prevention(template: Template) -> list[Statement]:
    return [Question(text) for text in template.prevention]
