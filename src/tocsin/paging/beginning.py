"""Where a run begins: on the policy as it is now, by the variant that applies, at once or held, or as a note at low
urgency where the level asks for a ticket. Decided by `variants` and `escalation`, under the incident's lock.
"""

from msgspec.structs import replace

from tocsin.catalog import service as catalog
from tocsin.catalog.severity import Level
from tocsin.delivery import service as delivery
from tocsin.delivery.model import Urgency
from tocsin.incidents import service as incidents
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.questions import ask_all
from tocsin.kernel.tx import Tx
from tocsin.paging import climbing, escalation, hold_store, sentences, store
from tocsin.paging.answers import load_answers, load_answers_from
from tocsin.paging.events import EscalationPostponed, EscalationStarted
from tocsin.paging.model import Decision, Page, PageState, Person, PolicyVersion, Run, RunState
from tocsin.paging.variants import (
    Beginning,
    Occasion,
    decide_beginning,
    in_place_of_a_ticket,
    ladder,
    teams_of,
    ticket_level_of,
    urgency_of,
)


async def begin(
    tx: Tx, incident: Incident, because: str, again: str = "", *, is_new: bool = False, occasion: Occasion | None = None
) -> None:
    """A new run on the policy as it is now; one that still climbs ends. `again` opens the message of a relapse;
    `is_new`: the incident was declared in this transaction and has no run yet. `occasion` is what to begin by,
    its own level at this moment by default.
    """
    if not is_new:
        await _end_before(tx, incident)
    occasion = occasion or await load_occasion(tx, incident.severity)
    version, beginning = await _choose(tx, await _policy_for(tx.conn, incident.policy), occasion)
    ticket_level = ticket_level_of(occasion, beginning)
    new = store.NewRun(
        incident_id=incident.id,
        policy_version_id=version.id if version else None,
        variant=beginning.variant,
        urgency=Urgency.LOW if ticket_level else urgency_of(incident.urgency, occasion.level),
        reason=because,
        chosen=beginning.reason,
    )
    ticket = await _instead_of_a_ticket(tx, incident, ticket_level, because) if version and ticket_level else None
    decision = ticket or await _decide(tx, incident, new, version, beginning)
    run, pages = await _insert(tx, new, decision)
    await _say_it_begins(tx, incident, run, version, "" if beginning.hold_until else beginning.reason)
    if run.is_postponed:
        await _postpone(tx, incident, run, decision)
    else:
        await climbing.act_on(tx, incident, run, decision, again, pages)


async def _insert(tx: Tx, new: store.NewRun, decision: Decision) -> tuple[Run, tuple[Page, ...]]:
    """The run and its first pages; whoever is called is read along with it, since a message follows for each."""
    called = [call.person.user_id for call in decision.calls if isinstance(call.person, Person)]
    beginning = store.beginning_run(new, decision, tx.now)
    begun, *_ = await ask_all(tx.conn, [beginning, *delivery.readers_ahead(tx, called)])
    return begun.run, begun.pages


async def _end_before(tx: Tx, incident: Incident) -> None:
    """Also what maintenance held: otherwise its end, which may come in this instant, would call everybody again."""
    await hold_store.delete_hold(tx.conn, incident.id)
    before = await store.find_latest_run(tx.conn, incident.id)
    if before is not None:
        if before.state is RunState.RUNNING:
            await climbing.end_run(tx, before, RunState.STOPPED)
        await store.end_pages(tx.conn, incident.id, PageState.ENDED, tx.now)


async def load_occasion(tx: Tx, severity: str | None) -> Occasion:
    """What the choice of a variant depends on, for this level at this moment."""
    organisation, profile = await catalog.organisation_in(tx), await catalog.severity_profile_in(tx)
    return Occasion(level=find_level(profile, severity), organisation=organisation)


async def _policy_for(conn: Conn, name: str | None) -> PolicyVersion | None:
    """The policy of that name; where nothing names one, the only one there is."""
    if name is None:
        return await store.find_only_policy(conn)
    return await store.find_current_policy(conn, name)


async def _choose(tx: Tx, version: PolicyVersion | None, occasion: Occasion) -> tuple[PolicyVersion | None, Beginning]:
    """The version to be climbed, the policy's own or the one that its variant names, and how it begins."""
    if version is None:
        return None, Beginning()
    beginning = decide_beginning(version.policy, occasion, tx.now)
    if beginning.policy is None:
        return version, beginning
    other = await store.find_current_policy(tx.conn, beginning.policy)
    return other or version, replace(beginning, variant=None)


async def _say_it_begins(tx: Tx, incident: Incident, run: Run, version: PolicyVersion | None, chosen: str) -> None:
    name = version.policy.name if version else None
    await tx.tell(
        EscalationStarted(
            **incidents.about(incident),
            sentence=sentences.started(name, run.reason, chosen),
            run_id=run.id,
            policy=name,
            urgency=run.urgency,
            reason=run.reason,
        )
    )


async def _decide(
    tx: Tx, incident: Incident, new: store.NewRun, version: PolicyVersion | None, beginning: Beginning
) -> Decision:
    """The first step of the ladder, unless it begins later or there is none."""
    if version is None:
        return escalation.at_the_end(None, new.reason)
    if beginning.hold_until is not None:
        return escalation.postponed(beginning.hold_until, beginning.reason)
    climbed = ladder(version.policy, new.variant)
    answers = await load_answers_from(tx.conn, climbed, escalation.START, tx.now, is_private=incident.is_private)
    return escalation.first_step(climbed, new.urgency, answers, tx.now, new.reason)


async def _postpone(tx: Tx, incident: Incident, run: Run, decision: Decision) -> None:
    """Nobody is called before the instant; a person may not want to wait for it."""
    assert decision.next_at is not None
    climbing.arm(tx, run)
    await tx.emit(
        EscalationPostponed(
            **incidents.about(incident),
            sentence=sentences.postponed(incident.number, decision.reason),
            run_id=run.id,
            until=decision.next_at,
            reason=decision.reason,
        )
    )


async def _instead_of_a_ticket(tx: Tx, incident: Incident, level: Level, because: str) -> Decision | None:
    """The level asks for a ticket and no tracker is connected: the owning team is told, once. None: no team can be."""
    targets = teams_of(await catalog.list_services(tx.conn), incident.services)
    answers = in_place_of_a_ticket(level, await load_answers(tx.conn, targets, tx.now))
    decision = escalation.instead_of_a_ticket(targets, answers, because)
    return decision if decision.calls else None
