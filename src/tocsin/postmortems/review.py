"""The use cases of a review (PMT-5): comment, resolve, ask for a review, give one, publish. The text itself belongs to
`service`.

As everywhere, the incident is locked first. People are told by the ways that they have set, without hurry.
"""

import asyncio
from collections.abc import Sequence

from msgspec.structs import replace

from tocsin.incidents import assigning, privacy
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.incidents.sentences import full_stop, joined
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.postmortems import blameless, publishing, review_messages, review_store, service, store
from tocsin.postmortems.model import Postmortem, State
from tocsin.postmortems.publishing import Gap
from tocsin.postmortems.review_events import (
    PostmortemCommented,
    PostmortemCommentResolved,
    PostmortemReviewAsked,
    PostmortemReviewed,
)
from tocsin.postmortems.review_model import (
    Comment,
    CommentDraft,
    Reviewer,
    Verdict,
    checked_comment,
    checked_note,
    next_reminder_at,
)

REMIND = "postmortems.remind_reviewer"
MAX_COMMENTS = 500


async def list_comments(conn: Conn, postmortem: Postmortem) -> list[Comment]:
    """In the order in which they were made."""
    return await review_store.list_comments(conn, postmortem.id)


async def list_reviewers(conn: Conn, postmortem: Postmortem) -> list[Reviewer]:
    """By name."""
    return await review_store.list_reviewers(conn, postmortem.id)


async def count_open_comments(conn: Conn, postmortems: Sequence[Postmortem]) -> dict[int, int]:
    """By the postmortem's id; those without one are left out."""
    return await review_store.count_open_comments(conn, [each.id for each in postmortems])


async def comment(tx: Tx, incident_id: int, draft: CommentDraft, by: str) -> Comment:
    """Its owner is told. Raises Invalid for the text or the passage, Refused when there are too many."""
    incident = await incidents.lock(tx, incident_id)
    postmortem = await service.get(tx.conn, incident_id)
    known = await list_comments(tx.conn, postmortem)
    if len(known) >= MAX_COMMENTS:
        raise Refused(f"A postmortem has at most {MAX_COMMENTS} comments.", "Talk about it in the meeting.")
    draft = checked_comment(draft, postmortem.body)
    made = Comment(
        postmortem_id=postmortem.id,
        n=len(known) + 1,
        by=by,
        at=tx.now,
        text=draft.text,
        quote=draft.quote,
        resolved_by=None,
        resolved_at=None,
        answer="",
    )
    await review_store.insert_comment(tx.conn, made)
    sentence = f"{by} commented on the postmortem."
    await tx.emit(PostmortemCommented(**incidents.about(incident, by), sentence=sentence, n=made.n))
    if postmortem.owner is not None:
        await assigning.tell(tx, incident, postmortem.owner, by, review_messages.commented(incident, made))
    return made


async def resolve_comment(tx: Tx, incident_id: int, n: int, by: str, answer: str = "") -> Comment:
    """Whoever had commented is told. Raises NotFound for the comment, Refused when it is resolved already, Invalid for
    the answer.
    """
    incident = await incidents.lock(tx, incident_id)
    postmortem = await service.get(tx.conn, incident_id)
    before = await _get_comment(tx.conn, incident, postmortem, n)
    if not before.is_open:
        raise Refused(f"Comment {n} is resolved already, by {before.resolved_by}.", "There is nothing to do.")
    after = replace(before, resolved_by=by, resolved_at=tx.now, answer=checked_note(answer, is_needed=False))
    await review_store.update_comment(tx.conn, after)
    sentence = f"{by} resolved comment {n} on the postmortem."
    await tx.emit(PostmortemCommentResolved(**incidents.about(incident, by), sentence=sentence, n=n))
    await assigning.tell(tx, incident, before.by.removeprefix("@"), by, review_messages.resolved(incident, after))
    return after


async def ask_for_review(tx: Tx, incident_id: int, names: Sequence[str], by: str, note: str = "") -> list[Reviewer]:
    """These people are told, and reminded; the postmortem is in review. Who is asked again is to look again.

    Raises NotFound or Refused for a name, Invalid without one, for its owner and for the note.
    """
    incident = await incidents.lock(tx, incident_id)
    postmortem = await service.get(tx.conn, incident_id)
    people = [
        await assigning.get_eligible(tx, incident, name.strip().removeprefix("@"))
        for name in dict.fromkeys(names)
        if name.strip()
    ]
    if not people:
        raise Invalid("Nobody is named.", "Name who shall review it.", field="reviewers")
    _check_not_owner(postmortem, [person.name for person in people])
    note = checked_note(note, is_needed=False)
    await privacy.admit(tx, incident, [person.id for person in people], "they review the postmortem")
    for person in people:
        asked = _asked(postmortem, person.name, by, tx)
        await review_store.upsert_reviewer(tx.conn, asked)
        await _arm(tx, incident_id, asked)
        await assigning.tell(tx, incident, person.name, by, review_messages.asked(incident, by, note))
    if postmortem.state is State.DRAFT:
        await store.update_state(tx.conn, postmortem.id, State.IN_REVIEW, None)
    asked_names = tuple(person.name for person in people)
    sentence = f"{by} asked {joined(asked_names)} to review the postmortem."
    await tx.emit(PostmortemReviewAsked(**incidents.about(incident, by), sentence=sentence, reviewers=asked_names))
    return await list_reviewers(tx.conn, postmortem)


async def give_review(tx: Tx, incident_id: int, by: str, verdict: Verdict, note: str, seen_version: int) -> Reviewer:
    """What `by`, an actor, thinks of version `seen_version`; its owner is told. Whoever may act may review, asked or
    not. Raises Invalid for the note and for its owner, Refused when there is a newer version.
    """
    incident = await incidents.lock(tx, incident_id)
    postmortem = await service.get(tx.conn, incident_id)
    user = by.removeprefix("@")
    _check_not_owner(postmortem, [user])
    if seen_version != postmortem.version:
        raise Refused(
            f"{postmortem.edited_by} has saved version {postmortem.version}; you have read version {seen_version}.",
            "Read what has changed, then say it again.",
            field="version",
        )
    known = {each.user: each for each in await list_reviewers(tx.conn, postmortem)}
    before = known.get(user) or _asked(postmortem, user, by, tx)
    note = checked_note(note, is_needed=verdict is Verdict.WANTS_CHANGES)
    after = replace(before, verdict=verdict, note=note, version=postmortem.version, said_at=tx.now)
    await review_store.upsert_reviewer(tx.conn, after)
    await jobs.cancel(tx, key=_key(after))
    await tx.emit(
        PostmortemReviewed(
            **incidents.about(incident, by),
            sentence=full_stop(f"{review_messages.said(incident, after)}{f': {note}' if note else ''}"),
            user=user,
            verdict=verdict,
            version=postmortem.version,
        )
    )
    if postmortem.owner is not None:
        await assigning.tell(tx, incident, postmortem.owner, by, review_messages.reviewed(incident, after))
    return after


async def find_gaps(conn: Conn, postmortem: Postmortem) -> list[Gap]:
    """What is missing before it is published; empty: nothing. A long text is checked in a thread of its own."""
    return publishing.find_gaps(
        postmortem.body,
        len(await asyncio.to_thread(blameless.check, postmortem.body)),
        await list_comments(conn, postmortem),
        await list_reviewers(conn, postmortem),
        postmortem.version,
    )


async def publish(tx: Tx, incident_id: int, by: str, reason: str = "") -> Postmortem:
    """Published. With gaps it needs a reason, which the timeline keeps. Raises Refused with what is missing, or when it
    cannot be published at all.
    """
    incident = await incidents.lock(tx, incident_id)
    postmortem = await service.get(tx.conn, incident_id)
    service.check_publishable(incident, postmortem)
    gaps = await find_gaps(tx.conn, postmortem)
    reason = publishing.checked_reason(reason)
    if gaps and not reason:
        remedies = " ".join(dict.fromkeys(gap.remedy for gap in gaps))
        raise Refused(publishing.told(gaps), f"{remedies} Or say why it is published all the same.", field="reason")
    why = f"{full_stop(reason)} {publishing.told(gaps)}" if gaps else reason
    return await service.publish(tx, incident_id, by, why)


async def remind(tx: Tx, incident_id: int, user: str) -> None:
    """The timer of one reviewer: told once more, and armed for the next time, as long as they have said nothing."""
    incident = await incidents.lock(tx, incident_id)
    postmortem = await service.get(tx.conn, incident_id)
    waiting = {each.user: each for each in await list_reviewers(tx.conn, postmortem)}.get(user)
    if waiting is None or waiting.verdict is not Verdict.ASKED or postmortem.is_published:
        return
    await assigning.tell(tx, incident, user, "tocsin", review_messages.reminded(incident, waiting))
    after = replace(waiting, reminded=waiting.reminded + 1)
    await review_store.upsert_reviewer(tx.conn, after)
    await _arm(tx, incident_id, after)


def _check_not_owner(postmortem: Postmortem, names: Sequence[str]) -> None:
    if postmortem.owner in names:
        raise Invalid(
            f"{postmortem.owner} owns this postmortem: a review is by somebody else.",
            "Ask a colleague who was not in it, or assign the postmortem to somebody else.",
            field="reviewers",
        )


def _asked(postmortem: Postmortem, user: str, by: str, tx: Tx) -> Reviewer:
    return Reviewer(
        postmortem_id=postmortem.id,
        user=user,
        asked_by=by,
        asked_at=tx.now,
        verdict=Verdict.ASKED,
        note="",
        version=None,
        said_at=None,
        reminded=0,
    )


async def _arm(tx: Tx, incident_id: int, reviewer: Reviewer) -> None:
    await jobs.cancel(tx, key=_key(reviewer))
    at = next_reminder_at(reviewer)
    if at is not None:
        payload = {"incident_id": incident_id, "user": reviewer.user}
        timer = jobs.NewJob(kind=REMIND, payload=payload, lane="timers", run_at=at, key=_key(reviewer))
        await jobs.enqueue(tx, timer)


def _key(reviewer: Reviewer) -> str:
    return f"postmortem-review:{reviewer.postmortem_id}:{reviewer.user}"


async def _get_comment(conn: Conn, incident: Incident, postmortem: Postmortem, n: int) -> Comment:
    for each in await list_comments(conn, postmortem):
        if each.n == n:
            return each
    ref = incident_ref(incident.number)
    raise NotFound(
        f"The postmortem of {ref} has no comment {n}.", f"tocsin postmortem comment {ref} lists them.", field="comment"
    )
