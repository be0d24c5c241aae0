"""What whoever is called says to the pager (PAG-4): I have it, page the next, call the next step now.

Each runs under the incident's lock (incident → page → job), is refused by `moves` when it makes no sense now, and
leaves its reason on the timeline. `by` is an actor, "@alice". Bringing in others is in `handing_over`, quiet for a
while in `snoozing`.
"""

from typing import NamedTuple

from tocsin.delivery import service as delivery
from tocsin.delivery.model import MessageView, Purpose
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.paging import climbing, messages, sentences, store, telling, unreached
from tocsin.paging.events import PageDeclined, ResponderJoined
from tocsin.paging.model import BESIDE, Page, PageState, Run, RunState
from tocsin.paging.moves import Move, Standing, check_move
from tocsin.paging.own_ways import tell_other_ways


class Facing(NamedTuple):
    """What somebody faces: the incident under its lock, its latest run, and their own pages that wait for an answer."""

    incident: Incident
    run: Run | None
    own: list[Page]


async def acknowledge(tx: Tx, incident_id: int, by: str, via: str) -> Incident:
    """ "I have it": escalation stops for everyone. Somebody who was asked to help what another has comes to help.

    Raises Refused when it is over. `via` is the way: cli, web, api, link.
    """
    facing = await face(tx, incident_id, by)
    if _comes_to_help(facing, by):
        for page in facing.own:
            await _join(tx, facing.incident, page, by)
        return facing.incident
    after = await incidents.acknowledge(tx, incident_id, by, via)
    for page in facing.own:
        await _answer(tx, facing.incident, page, by)
    return after


def _comes_to_help(facing: Facing, by: str) -> bool:
    is_held = facing.run is not None and facing.run.state is RunState.ACKNOWLEDGED
    return is_held and bool(facing.own) and facing.incident.acknowledged_by != by


async def _answer(tx: Tx, incident: Incident, page: Page, by: str) -> None:
    await store.end_page(tx.conn, page.id, PageState.ACKNOWLEDGED, tx.now)
    await _call_off(tx, incident, page, f"{by} has answered")


async def _join(tx: Tx, incident: Incident, page: Page, by: str) -> None:
    await _answer(tx, incident, page, by)
    await _silence_other_ways(tx, incident, page, messages.joined_by_you(incident))
    sentence = sentences.joins(page.user_name)
    await tx.emit(
        ResponderJoined(
            **incidents.about(incident, by),
            sentence=sentence,
            run_id=page.run_id,
            page_id=page.id,
            user_id=page.user_id,
            user=page.user_name,
        )
    )
    await _tell_holder(tx, incident, by, sentence, f"that {page.user_name} comes to help")


async def decline(tx: Tx, incident_id: int, by: str, reason: str = "") -> None:
    """ "Page the next": this person is out for this run; unless others of the step are still called, the next one goes.

    Raises Refused for somebody who is not being called.
    """
    incident, _, own = await check(tx, incident_id, by, Move.DECLINE)
    for page in own:
        await _decline_page(tx, incident, page, by, reason)
    for page in own:
        await unreached.go_on_unless_somebody_may_answer(tx, incident, page)


async def _decline_page(tx: Tx, incident: Incident, page: Page, by: str, reason: str) -> None:
    await store.end_page(tx.conn, page.id, PageState.DECLINED, tx.now)
    await _call_off(tx, incident, page, f"{by} has declined")
    await _silence_other_ways(tx, incident, page, messages.declined_by_you(incident))
    await tx.emit(
        PageDeclined(
            **incidents.about(incident, by),
            sentence=sentences.declined(page.user_name, reason),
            run_id=page.run_id,
            page_id=page.id,
            user_id=page.user_id,
            user=page.user_name,
            reason=reason,
        )
    )

    if page.step == BESIDE:
        sentence = sentences.cannot_help(page.user_name)
        await _tell_holder(tx, incident, by, sentence, f"that {page.user_name} cannot help")


async def _call_off(tx: Tx, incident: Incident, page: Page, reason: str) -> None:
    """The ways to this person that have not been used yet."""
    await delivery.supersede_cause(tx, incident.topic, climbing.page_cause(page.id), (Purpose.PAGE,), reason)


async def _silence_other_ways(tx: Tx, incident: Incident, page: Page, message: MessageView) -> None:
    """A chat is nobody who answers."""
    if page.user_id is not None:
        await tell_other_ways(tx, incident, {page.user_id}, message)


async def _tell_holder(tx: Tx, incident: Incident, by: str, sentence: str, what: str) -> None:
    """Whoever has it learns what a helper has answered."""
    told = await telling.id_of_actor(tx, incident.acknowledged_by) - await telling.id_of_actor(tx, by)
    await telling.tell(tx, incident, told, Purpose.INFO, messages.of_helper(incident, sentence), what)


async def escalate(tx: Tx, incident_id: int, by: str, reason: str = "") -> None:
    """A person does not wait: the next step is called at once, also for what somebody has taken. Raises Refused."""
    incident, run, _ = await check(tx, incident_id, by, Move.ESCALATE)
    assert run is not None, "what climbs is a run"
    await climbing.climb_at_once(tx, incident, run, sentences.asked_for_it(by, reason))


async def escalate_from(tx: Tx, incident_id: int, page_id: int | None, by: str) -> None:
    """As `escalate`, for the step that a page belongs to: pressed twice, or late, it skips nobody. Raises Refused."""
    incident, run, _ = await check(tx, incident_id, by, Move.ESCALATE)
    page = await store.find_page(tx.conn, page_id) if page_id is not None else None
    if run is None or page is None or not unreached.is_same_rung(page, run):
        ref = incident_ref(incident.number)
        raise Refused(f"The next step of {ref} has been called already.", f"tocsin explain {ref} shows who was called.")
    await climbing.climb_at_once(tx, incident, run, sentences.asked_for_it(by, ""))


async def check(tx: Tx, incident_id: int, by: str, move: Move) -> Facing:
    """Raises Refused unless the move makes sense for this person now."""
    facing = await face(tx, incident_id, by)
    check_move(move, standing_of(facing.incident, facing.run, is_called=bool(facing.own)))
    return facing


async def face(tx: Tx, incident_id: int, by: str) -> Facing:
    """Takes the incident's lock."""
    incident = await incidents.lock(tx, incident_id)
    run = await store.find_latest_run(tx.conn, incident_id)
    pages = await store.list_pages(tx.conn, incident_id)
    own = [page for page in pages if page.state is PageState.OPEN and f"@{page.user_name}" == by]
    return Facing(incident, run, own)


def standing_of(incident: Incident, run: Run | None, *, is_called: bool) -> Standing:
    return Standing(
        ref=incident_ref(incident.number),
        status=incident.status,
        is_open=incident.is_open,
        state=run.state if run else None,
        holder=incident.acknowledged_by,
        is_called=is_called,
    )
