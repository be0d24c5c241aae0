"""Bringing in others by name (PAG-4): hand an incident over, or ask people to help beside whoever has it."""

from collections.abc import Sequence

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission
from tocsin.delivery import service as delivery
from tocsin.delivery.model import Purpose
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import service as oncall
from tocsin.paging import climbing, hold_store, messages, sentences, store, telling
from tocsin.paging.answers import load_answers
from tocsin.paging.commands import check
from tocsin.paging.escalation import OFF_THE_LADDER, Rung, whom_to_call
from tocsin.paging.events import Reassigned
from tocsin.paging.model import (
    BESIDE,
    Call,
    Decision,
    LeftOut,
    Page,
    PageState,
    Person,
    Position,
    Run,
    RunState,
    Target,
    TargetKind,
    parse_target,
)
from tocsin.paging.moves import Move

TO = (TargetKind.USER, TargetKind.SCHEDULE, TargetKind.TEAM, TargetKind.LEAD)
MOST_HELPERS = 20


async def reassign(tx: Tx, incident_id: int, to: str, by: str, reason: str = "") -> None:
    """`to` ("bob", "schedule:payments-primary") is called now; whoever had it, or was being called, is told.

    Unless they answer, the escalation goes on with its first step. Raises NotFound for an unknown name, Invalid for
    what is no name, Refused when it is over, they have it already, or nobody of them can be called.
    """
    target = read_target(to)
    incident, run, _ = await check(tx, incident_id, by, Move.REASSIGN)
    assert run is not None, "moves allow it only when a run has begun"
    await _check_exists(tx, target)
    calls = await _check_callable(tx, incident, (target,))
    if _has_it(incident, run, calls):
        raise Refused(f"{incident.acknowledged_by} has it already.", "Name somebody else.", field="to")
    before = await _release(tx, incident, run, by, calls)
    names = tuple(call.person.name for call in calls)
    await tx.emit(
        Reassigned(
            **incidents.about(incident, by),
            sentence=sentences.hands_over(by, str(target), names, reason),
            run_id=run.id,
            target=str(target),
            users=names,
            reason=reason,
        )
    )
    because = f"{by} hands it over: {reason}" if reason else f"{by} hands it over"
    run = await _in_spite_of_maintenance(tx, incident, run, because)
    await climbing.call_by_name(tx, incident, run, (target,), because)
    message = messages.handed_over(incident, by, names)
    await telling.tell(tx, incident, before, Purpose.INFO, message, f"that {by} has handed it over")


def read_target(to: str) -> Target:
    """ "bob", "@bob", or what a policy writes: "schedule:payments-primary". Raises Invalid."""
    target = parse_target(to if ":" in to else f"user:{to.removeprefix('@')}")
    if target.kind not in TO:
        known = ", ".join(f"{kind}:NAME" for kind in TO)
        raise Invalid(f"{to!r} cannot take an incident.", f"Name a person, or one of {known}.", field="to")
    return target


async def _check_exists(tx: Tx, target: Target) -> None:
    """Raises NotFound that says how to see who or what there is."""
    match target.kind:
        case TargetKind.USER:
            await accounts.get_user_by_name(tx.conn, target.name)
        case TargetKind.SCHEDULE:
            await oncall.get_schedule(tx.conn, target.name, tx.now)
        case _:
            await accounts.get_team(tx.conn, target.name)


async def _check_callable(tx: Tx, incident: Incident, targets: tuple[Target, ...]) -> tuple[Call, ...]:
    """Whom these mean now. Raises Refused when nobody can be called, or one of them may not see or take it; whoever is
    called about a private incident comes to see it.
    """
    answers = await load_answers(tx.conn, targets, tx.now)
    calls, left_out = whom_to_call(Rung(Position(0, BESIDE), targets, None, OFF_THE_LADDER[BESIDE]), answers)
    for person in _people(calls):
        viewer = await accounts.find_viewer(tx.conn, person.user_id)
        sees_it = viewer is not None and (incident.is_private or viewer.may_read(incident.scope_id))
        if viewer is None or not sees_it or not viewer.may(Permission.RESPOND):
            raise Refused(f"{person.name} may not take this incident.", "Name somebody else.", field="to")
    if not calls:
        reasons = [f"{out.name} {out.why}" for out in left_out] or [answer.why for answer in answers.values()]
        raise Refused(f"Nobody can be called: {'; '.join(reasons)}.", "Name somebody else.", field="to")
    return calls


def _people(calls: Sequence[Call]) -> list[Person]:
    """Nobody from outside is ever handed anything: `TO` names people only."""
    return [call.person for call in calls if isinstance(call.person, Person)]


def _has_it(incident: Incident, run: Run, calls: Sequence[Call]) -> bool:
    is_held = run.state is RunState.ACKNOWLEDGED
    return is_held and [f"@{call.person.name}" for call in calls] == [incident.acknowledged_by]


async def _release(tx: Tx, incident: Incident, run: Run, by: str, calls: Sequence[Call]) -> set[int]:
    """Calls off those who are being called; whoever they are, and who had it, are to be told, by id."""
    pages = await store.list_pages(tx.conn, incident.id)
    called = [page for page in pages if page.state is PageState.OPEN and page.step != BESIDE]
    for page in called:
        await store.end_page(tx.conn, page.id, PageState.ENDED, tx.now)
        cause = climbing.page_cause(page.id)
        await delivery.supersede_cause(tx, incident.topic, cause, (Purpose.PAGE,), f"{by} has handed it over")
    before = {page.user_id for page in called if page.user_id is not None}
    if run.state is RunState.ACKNOWLEDGED:
        before |= await telling.id_of_actor(tx, incident.acknowledged_by)
    return before - {person.user_id for person in _people(calls)} - await telling.id_of_actor(tx, by)


async def _in_spite_of_maintenance(tx: Tx, incident: Incident, run: Run, because: str) -> Run:
    """Whoever hands over what maintenance holds knows of it: the hold is gone, and a run that begins in that time
    is not held back. It climbs the same ladder.
    """
    if not await hold_store.delete_hold(tx.conn, incident.id):
        return run
    new = store.NewRun(
        incident_id=incident.id,
        policy_version_id=run.policy_version_id,
        variant=run.variant,
        urgency=run.urgency,
        reason=because,
        chosen="",
    )
    return await store.insert_run(tx.conn, new, tx.now)


async def add_responders(tx: Tx, incident_id: int, names: Sequence[str], by: str, reason: str = "") -> None:
    """These people are called beside; nothing about the escalation or who has it changes.

    Raises NotFound for an unknown name, Refused for somebody who has it, is called already, or may not see it, and
    when none of them can be called.
    """
    wanted = tuple(dict.fromkeys(name.removeprefix("@") for name in names))
    if not 1 <= len(wanted) <= MOST_HELPERS:
        raise Invalid(f"Name 1 to {MOST_HELPERS} people.", "tocsin add-responder INC-1 bob carol", field="names")
    incident, run, _ = await check(tx, incident_id, by, Move.ADD_RESPONDER)
    assert run is not None, "moves allow it only when a run has begun"
    targets = tuple(Target(TargetKind.USER, name) for name in wanted)
    for target in targets:
        await _check_exists(tx, target)
    _check_not_called_yet(incident, run, wanted, await store.list_pages(tx.conn, incident.id))
    calls = await _check_callable(tx, incident, targets)
    asks = f"{by} asks for help: {reason}" if reason else f"{by} asks for help"
    decision = Decision(
        state=run.state,
        position=Position(run.round, BESIDE),
        label=OFF_THE_LADDER[BESIDE],
        calls=tuple(Call(person=call.person, target=call.target, why=asks) for call in calls),
        left_out=_who_cannot(wanted, calls),
        skipped=(),
        next_at=None,
        reason=asks,
    )
    await climbing.say_who_is_not_called(tx, incident, run, decision)
    await climbing.page(tx, incident, run, decision, "")


def _who_cannot(wanted: Sequence[str], calls: Sequence[Call]) -> tuple[LeftOut, ...]:
    called = {call.person.name for call in calls}
    return tuple(LeftOut(name, "cannot be reached") for name in wanted if name not in called)


def _check_not_called_yet(incident: Incident, run: Run, wanted: Sequence[str], pages: Sequence[Page]) -> None:
    """Raises Refused: nobody is woken twice for the same."""
    called = {page.user_name for page in pages if page.state is PageState.OPEN}
    for name in wanted:
        if run.state is RunState.ACKNOWLEDGED and incident.acknowledged_by == f"@{name}":
            raise Refused(f"{name} has it already.", "Name somebody else.", field="names")
        if name in called:
            raise Refused(f"{name} is being called already.", "Name somebody else.", field="names")
