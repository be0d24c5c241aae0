"""What colleagues say of a postmortem, over HTTP (PMT-5): comments, reviewers, versions."""

import asyncio
from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.accounts.model import Viewer
from tocsin.incidents import service as incidents
from tocsin.kernel.db import Conn
from tocsin.postmortems import readers, review, service
from tocsin.postmortems.model import Postmortem
from tocsin.postmortems.review_model import CommentDraft, read_verdict
from tocsin.postmortems.versions import get_version, restored_note
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.wire import postmortem_review as wire
from tocsin.surfaces.wire import postmortems

PATH = "/incidents/{ref:str}/postmortem"


@get(f"{PATH}/comments", summary="List the comments on a postmortem")
async def list_comments(ref: Ref, viewer: Caller, db: Db) -> wire.CommentList:
    async with db.connection() as conn:
        found = await load(conn, viewer, ref)
        return wire.comments(found, await review.list_comments(conn, found))


@post(f"{PATH}/comments", summary="Comment on a postmortem")
async def add_comment(ref: Ref, data: JSONBody[wire.CommentRequest], viewer: Caller, db: Db) -> wire.Comment:
    """On the whole, or on a passage of the text as it is now."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "review postmortems")
        draft = CommentDraft(data.text, data.quote)
        return wire.comment(await review.comment(tx, incident.id, draft, viewer.actor))


@post(f"{PATH}/comments/{{n:int}}/resolve", status_code=200, summary="Resolve a comment")
async def resolve_comment(
    ref: Ref, n: FromPath[int], viewer: Caller, db: Db, data: JSONBody[wire.ResolveRequest | None] = None
) -> wire.Comment:
    """With an answer or without."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "review postmortems")
        answer = data.answer if data is not None else ""
        return wire.comment(await review.resolve_comment(tx, incident.id, n, viewer.actor, answer))


@get(f"{PATH}/review", summary="How the review of a postmortem stands")
async def show_review(ref: Ref, viewer: Caller, db: Db) -> wire.Review:
    """Who was asked, what they said, and what is missing before it is published."""
    async with db.connection() as conn:
        return await _review(conn, await load(conn, viewer, ref))


@post(f"{PATH}/reviewers", status_code=200, summary="Ask for a review")
async def ask_for_review(ref: Ref, data: JSONBody[wire.AskRequest], viewer: Caller, db: Db) -> wire.Review:
    """These people are told, and reminded."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "review postmortems")
        await review.ask_for_review(tx, incident.id, data.reviewers, viewer.actor, data.note)
        return await _review(tx.conn, await service.get(tx.conn, incident.id))


@post(f"{PATH}/review", status_code=200, summary="Review a postmortem")
async def give_review(ref: Ref, data: JSONBody[wire.VerdictRequest], viewer: Caller, db: Db) -> wire.Review:
    """What the caller thinks of the version that they have read."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "review postmortems")
        verdict = read_verdict(data.verdict)
        await review.give_review(tx, incident.id, viewer.actor, verdict, data.note, data.version)
        return await _review(tx.conn, await service.get(tx.conn, incident.id))


@post(f"{PATH}/read", status_code=200, summary="Say that you have read a postmortem")
async def mark_read(ref: Ref, viewer: Caller, db: Db) -> wire.ReaderList:
    """The latest version, once it is published; readiness asks for it before a shift."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "review postmortems")
        found = await readers.mark_read(tx, incident.id, viewer.user_id)
        return wire.readers(found, await readers.list_readers(tx.conn, found))


@get(f"{PATH}/readers", summary="Who has read a postmortem")
async def list_readers(ref: Ref, viewer: Caller, db: Db) -> wire.ReaderList:
    async with db.connection() as conn:
        found = await load(conn, viewer, ref)
        return wire.readers(found, await readers.list_readers(conn, found))


@get(f"{PATH}/versions", summary="List the versions of a postmortem")
async def list_versions(ref: Ref, viewer: Caller, db: Db) -> wire.VersionList:
    async with db.connection() as conn:
        found = await load(conn, viewer, ref)
        return wire.versions(found, await service.list_versions(conn, found.incident_id))


@get(f"{PATH}/versions/{{version:int}}", summary="Read a version of a postmortem, and what it changed")
async def show_version(
    ref: Ref,
    version: FromPath[int],
    viewer: Caller,
    db: Db,
    since: Annotated[int | None, QueryParameter(description="Compared with which; absent: the one before.")] = None,
) -> wire.VersionText:
    async with db.connection() as conn:
        found = await load(conn, viewer, ref)
        known = await service.list_versions(conn, found.incident_id)
    shown = get_version(known, version)
    before = get_version(known, since or version - 1) if since or version > 1 else None
    return await asyncio.to_thread(wire.version_text, found, shown, before)


@post(f"{PATH}/versions/{{version:int}}/restore", status_code=200, summary="Take up an earlier version again")
async def restore_version(ref: Ref, version: FromPath[int], viewer: Caller, db: Db) -> postmortems.Postmortem:
    """As a new version: none is lost."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "review postmortems")
        now = await service.get(tx.conn, incident.id)
        earlier = get_version(await service.list_versions(tx.conn, incident.id), version)
        note = restored_note(version)
        edited = await service.edit(tx, incident.id, earlier.body, now.version, viewer.actor, note=note)
        return postmortems.postmortem(edited)


async def load(conn: Conn, viewer: Viewer, ref: str) -> Postmortem:
    """Raises NotFound for one that the caller may not see."""
    incident = await incidents.get_incident(conn, viewer, ref)
    return await service.get(conn, incident.id)


async def _review(conn: Conn, postmortem: Postmortem) -> wire.Review:
    return wire.review(
        postmortem, await review.list_reviewers(conn, postmortem), await review.find_gaps(conn, postmortem)
    )
