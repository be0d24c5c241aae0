"""What a worker runs to bring postmortems to a wiki: the network is touched outside of any transaction, and twice the
same attempt makes one page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.incidents import service as incidents
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.postmortems import wiki, wiki_store
from tocsin.postmortems.confluence import as_confluence, page_title, source_of
from tocsin.postmortems.drawing import list_shown
from tocsin.postmortems.measurement_model import Measurement
from tocsin.postmortems.model import Postmortem
from tocsin.postmortems.ports import Wiki
from tocsin.postmortems.service import find
from tocsin.postmortems.wiki_model import CopyState, NewText, VersionTaken, WikiCopy, WikiPage, WikiTrouble
from tocsin.postmortems.wiki_rules import Create, Hold, Keep, decide_write, message_of

RETRY = Retry(attempts=8, first=timedelta(seconds=10), factor=3, longest=timedelta(minutes=30))
"""About an hour and a half in all."""
LOOKS = 3
"""How often somebody may be faster than we are before we let it be for a while."""

_TIMEOUT = timedelta(minutes=2)
_NOT_SET_UP = "No wiki is set up any more. Set TOCSIN_CONFLUENCE_URL, _TOKEN and _SPACE, then publish it there again."


@dataclass(frozen=True)
class WikiWriter:
    """`wiki` None: none is set up. `is_automatic`: what is published goes there by itself."""

    wiki: Wiki | None
    public_url: str
    is_automatic: bool = False

    def kinds(self) -> tuple[JobKind, ...]:
        return (
            JobKind(wiki.OFFER, wiki.LANE, self.offer),
            JobKind(wiki.WRITE, wiki.LANE, self.write, RETRY, _TIMEOUT),
        )

    async def offer(self, held: Held) -> None:
        """What was published is asked for, unless nobody wants that; a private one is never."""
        incident_id = int(held.payload["incident_id"])
        async with held.finish() as tx:
            incident = await incidents.get(tx.conn, incident_id)
            if self.wiki is not None and self.is_automatic and not incident.is_private:
                await wiki.ask(tx, incident_id, wiki.BY_ITSELF, self.wiki.place)

    async def write(self, held: Held) -> None:
        """The latest version, as it is when its turn comes."""
        incident_id = int(held.payload["incident_id"])
        async with held.db.connection() as conn:
            postmortem = await find(conn, incident_id)
            copy = await wiki.find_copy(conn, postmortem) if postmortem is not None else None
            shown = await list_shown(conn, postmortem) if postmortem is not None else []
        if postmortem is None or copy is None or copy.state is not CopyState.WAITING:
            return
        if self.wiki is None:
            async with held.finish() as tx:
                await wiki.note_failure(tx, postmortem, copy, _NOT_SET_UP, "a wiki")
            return
        text = await asyncio.to_thread(new_text, postmortem, self.public_url, shown)
        try:
            page = await put(held, self.wiki, copy, text)
        except WikiTrouble as trouble:
            await self._fail(held, self.wiki, postmortem, copy, trouble)
            return
        async with held.finish() as tx:
            await wiki.note_written(tx, postmortem, copy, page, self.wiki.place)

    async def _fail(
        self, held: Held, there: Wiki, postmortem: Postmortem, copy: WikiCopy, trouble: WikiTrouble
    ) -> None:
        wait = RETRY.next(held.attempts) if trouble.passes else None
        if wait is None:
            async with held.finish() as tx:
                await wiki.note_failure(tx, postmortem, copy, trouble.sentence, there.place.name)
            return
        at = next_try(held.now(), wait, trouble.retry_after)
        async with held.retry(at, trouble.message) as tx:
            await wiki_store.update_trouble(tx.conn, postmortem.id, copy.asked_at, trouble.sentence, at)


async def put(held: Held, there: Wiki, copy: WikiCopy, text: NewText) -> WikiPage:
    """One page, made or written anew. When somebody writes it at the same moment, it is looked at once more: theirs is
    never lost unless whoever asked has said so. Raises WikiTrouble."""
    known = copy.page_in(there.place)
    for _ in range(LOOKS):
        await held.wait_for_lease(there.timeout)
        found = await _find(there, known, text, held.now())
        step = decide_write(known, found, text.message, there.place, overwrite=copy.overwrites)
        if isinstance(step, Hold):
            raise WikiTrouble(step.why, step.remedy)
        if isinstance(step, Keep):
            return step.page
        await held.wait_for_lease(there.timeout)
        try:
            if isinstance(step, Create):
                return await there.create(text, held.now())
            return await there.update(step.page_id, step.version, text, held.now())
        except VersionTaken:
            continue
    raise WikiTrouble(f"Others are writing the page in {there.place.name} at this moment.", "", passes=True)


async def _find(there: Wiki, known: tuple[str, int] | None, text: NewText, now: datetime) -> WikiPage | None:
    if known is not None:
        return await there.find_page(known[0], now)
    return await there.find_titled(text.title, text.source, now)


def new_text(postmortem: Postmortem, public_url: str, shown: list[Measurement]) -> NewText:
    """What the page is to say; `shown` are the charts in it."""
    charts = {each.n: each.chart for each in shown if each.chart is not None}
    return NewText(
        title=page_title(postmortem),
        body=as_confluence(postmortem, public_url, charts),
        message=message_of(postmortem),
        source=source_of(postmortem, public_url),
    )


def next_try(now: datetime, wait: timedelta, asked_for: datetime | None) -> datetime:
    """After `wait`, or when the wiki has asked for it, if that is later but no more than an hour away."""
    longest = now + timedelta(hours=1)
    return max(now + wait, min(asked_for or now, longest))
