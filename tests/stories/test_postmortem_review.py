"""A postmortem goes through its review: whoever is asked is told, reminded twice, and heard; then it is published and
talked about (PMT-5, PMT-7).
"""

from datetime import timedelta

import pytest

from tests.support.world import EVERYTHING, World
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Invalid, Refused
from tocsin.postmortems import meetings, review, service
from tocsin.postmortems.model import Postmortem, State
from tocsin.postmortems.review_model import CommentDraft, Verdict


async def drafted(world: World) -> Incident:
    """INC-1, which alice answered and resolved, with a postmortem of which she is the owner."""
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.resolve("alice")
    await world.worker.drain()
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        await service.draft(tx, incident.id, "@alice")
        await service.assign_owner(tx, incident.id, "alice", "@alice")
        await service.edit(tx, incident.id, "# Learnt\n\nThe pool was too small.", 1, "@alice")
    world.airwaves.unread.clear()
    return incident


async def load(world: World, incident: Incident) -> Postmortem:
    async with world.db.connection() as conn:
        return await service.get(conn, incident.id)


async def test_reviewers_are_asked_reminded_and_heard(world: World) -> None:
    incident = await drafted(world)
    async with world.db.transaction() as tx:
        with pytest.raises(Invalid, match="owns this postmortem"):
            await review.ask_for_review(tx, incident.id, ["alice"], "@bob")
        await review.ask_for_review(tx, incident.id, ["bob", "@carol"], "@alice", "by Friday")
    await world.worker.drain()
    assert (await load(world, incident)).state is State.IN_REVIEW
    for name in ("bob", "carol"):
        world.phone(name).receives("info", saying="@alice asks you to review the postmortem of INC-1")
    async with world.db.transaction() as tx:
        await review.give_review(tx, incident.id, "@bob", Verdict.WANTS_CHANGES, "Why was it small?", 2)
    await world.worker.drain()
    async with world.db.transaction() as tx:
        await review.comment(tx, incident.id, CommentDraft("How small?", "The pool was too small."), "@bob")
    await world.worker.drain()
    world.phone("alice").receives("info", saying="bob wants changes in version 2 of the postmortem of INC-1.")
    world.phone("alice").receives("info", saying="@bob commented on the postmortem of INC-1.")
    await world.passes(hours=49)
    world.phone("carol").receives("info", saying="still waits for your review, which @alice asked for")
    await world.passes(hours=200)
    world.phone("carol").receives("info", saying="still waits for your review")
    # Whoever owns it is reminded to publish it: another story.
    world.airwaves.unread[:] = [
        message for message in world.airwaves.unread if message.user_id != world.people["alice"]
    ]
    world.nobody_else_is_paged()
    await world.says("@alice asked bob and carol to review the postmortem.")


async def test_it_is_published_when_nothing_is_missing_or_for_a_reason(world: World) -> None:
    incident = await drafted(world)
    async with world.db.transaction() as tx:
        await review.comment(tx, incident.id, CommentDraft("How small?"), "@bob")
        with pytest.raises(Refused, match=r"1 comment is not resolved. Nobody has approved this version."):
            await review.publish(tx, incident.id, "@alice")
    async with world.db.transaction() as tx:
        with pytest.raises(Refused, match="you have read version 1"):
            await review.give_review(tx, incident.id, "@bob", Verdict.APPROVED, "", 1)
        await review.give_review(tx, incident.id, "@bob", Verdict.APPROVED, "", 2)
        await review.resolve_comment(tx, incident.id, 1, "@alice", "Ten.")
        with pytest.raises(Refused, match="resolved already, by @alice"):
            await review.resolve_comment(tx, incident.id, 1, "@bob")
        assert (await review.publish(tx, incident.id, "@alice")).is_published
    await world.says("@alice published the postmortem, version 2.")
    await world.worker.drain()
    world.phone("alice").receives("info", saying="bob approved version 2 of the postmortem of INC-1.")
    world.phone("bob").receives("info", saying="@alice resolved your comment on the postmortem of INC-1.")


async def test_an_override_says_what_was_missing(world: World) -> None:
    incident = await drafted(world)
    async with world.db.transaction() as tx:
        await review.publish(tx, incident.id, "@alice", "customers wait")
    await world.says(
        "@alice published the postmortem, version 2. customers wait. Nobody has approved this version.",
    )


async def test_somebody_moves_the_meeting_and_invites_more(world: World) -> None:
    incident = await drafted(world)
    at = world.clock.now() + timedelta(days=2)
    async with world.db.transaction() as tx:
        with pytest.raises(Invalid, match="has passed"):
            await meetings.invite(tx, incident.id, world.clock.now(), [], "@alice")
        planned = await meetings.invite(tx, incident.id, at, ["bob"], "@alice")
    assert (planned.starts_at, planned.invited) == (at, ("alice", "bob"))
    await world.worker.drain()
    for name in ("alice", "bob"):
        told = world.phone(name).receives("notice", by="email", saying="@alice invites you to the postmortem of INC-1")
        assert told.view.invitation is not None
        assert "0:05 What happened (10 min)" in told.view.invitation.description
        assert told.view.invitation.starts_at == at
