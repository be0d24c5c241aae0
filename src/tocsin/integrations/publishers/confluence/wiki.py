"""Confluence as `postmortems.ports.Wiki`: one request at a time, through the guard, every refusal a sentence."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import msgspec

from tocsin.integrations.publishers.confluence.dialects import (
    Asked,
    Cloud,
    DataCenter,
    Dialect,
    Page,
    PageList,
    SpaceList,
)
from tocsin.kernel.addresses import AddressGuard
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer, parse_retry_after
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.text import one_line
from tocsin.postmortems.wiki_model import NewText, VersionTaken, WikiPage, WikiPlace, WikiTrouble
from tocsin.provider_settings import Confluence

NAME = "Confluence"
MOST = 2_000_000
"""Bytes of an answer: it repeats the page, whose text has at most 200 kB of Markdown."""

_CLOUD = ".atlassian.net"
_PASSING = (FailureReason.TIMEOUT, FailureReason.UNREACHABLE, FailureReason.OTHER)
_MOST_SAID = 160
_T = TypeVar("_T")


def place_of(account: Confluence) -> WikiPlace | None:
    """Where pages go; None: nobody has said so, or something is missing."""
    if not (account.url and account.token and account.space):
        return None
    return WikiPlace(name=NAME, url=base_of(account.url), space=account.space)


def base_of(url: str) -> str:
    """What the paths of the API follow: in the cloud Confluence is at /wiki, whether that is said or not."""
    parsed = parse_url(url)
    return f"{url}/wiki" if (parsed.host or "").endswith(_CLOUD) and parsed.path.strip("/") == "" else url


@asynccontextmanager
async def open_wiki(account: Confluence) -> AsyncGenerator[ConfluenceWiki | None]:
    """The operator's own address, so that it may be a private one; None without one."""
    place = place_of(account)
    if place is None:
        yield None
        return
    async with GuardedHttp(AddressGuard().with_private()) as http:
        yield ConfluenceWiki(http, place, dialect_of(account), account.parent)


def dialect_of(account: Confluence) -> Dialect:
    """With a user it is the cloud's."""
    token = account.token or ""
    return Cloud(account.user, token) if account.user else DataCenter(token)


@dataclass
class ConfluenceWiki:
    """Serves `postmortems.ports.Wiki`. A page is made below `parent`, the id of another."""

    http: GuardedHttp
    place: WikiPlace
    dialect: Dialect
    parent: str | None = None
    patience: HttpTimeout = field(default_factory=HttpTimeout)
    _space: str = ""

    @property
    def timeout(self) -> float:
        return self.patience.total

    async def find_page(self, page_id: str, now: datetime) -> WikiPage | None:
        answer = await self._ask(self.dialect.page(page_id))
        if answer.status == 404:
            return None
        page = self._read(answer, Page, now)
        return self._page(page) if page.status == "current" else None

    async def find_titled(self, title: str, source: str, now: datetime) -> WikiPage | None:
        asked = self.dialect.titled(await self._space_id(now), title)
        found = self._read(await self._ask(asked), PageList, now).results
        return self._page(found[0], source) if found else None

    async def create(self, text: NewText, now: datetime) -> WikiPage:
        asked = self.dialect.creation(await self._space_id(now), self.parent, text)
        return self._page(self._read(await self._ask(asked), Page, now))

    async def update(self, page_id: str, version: int, text: NewText, now: datetime) -> WikiPage:
        answer = await self._ask(self.dialect.update(page_id, version, text))
        if answer.status == 409:
            raise VersionTaken
        return self._page(self._read(answer, Page, now))

    async def _space_id(self, now: datetime) -> str:
        asked = self.dialect.space_of(self.place.space)
        if asked is None:
            return self.place.space
        if not self._space:
            found = self._read(await self._ask(asked), SpaceList, now).results
            if not found:
                raise self._lost()
            self._space = found[0].id
        return self._space

    async def _ask(self, asked: Asked) -> HttpAnswer:
        headers = {"Authorization": self.dialect.authorization(), "Accept": "application/json"}
        if asked.document is not None:
            headers["Content-Type"] = "application/json"
        try:
            return await self.http.request(
                asked.method,
                f"{self.place.url}{asked.path}",
                headers=headers,
                body=msgspec.json.encode(asked.document) if asked.document is not None else b"",
                timeout=self.patience,
                most=MOST,
            )
        except SendFailed as failed:
            remedy = "See whether TOCSIN_CONFLUENCE_URL is right, and whether it can be reached from here."
            raise WikiTrouble(f"{NAME}: {failed.detail}.", remedy, passes=failed.reason in _PASSING) from None

    def _read(self, answer: HttpAnswer, kind: type[_T], now: datetime) -> _T:
        if not 200 <= answer.status < 300:
            raise self._refusal(answer, now)
        try:
            return msgspec.json.decode(answer.body, type=kind)
        except msgspec.DecodeError:
            raise WikiTrouble(
                f"{self.place.url} does not answer like {NAME}.",
                "Set TOCSIN_CONFLUENCE_URL to its address as it stands in a browser in front of /spaces or /display.",
            ) from None

    def _refusal(self, answer: HttpAnswer, now: datetime) -> WikiTrouble:
        match answer.status:
            case 401:
                return WikiTrouble(
                    f"{NAME} does not accept the token.",
                    "Make a new one there, and set TOCSIN_CONFLUENCE_TOKEN; in the cloud TOCSIN_CONFLUENCE_USER, too.",
                )
            case 403:
                return WikiTrouble(
                    f"{NAME} does not let its account do that in space {self.place.space}.",
                    "Let it view, add and edit pages there.",
                )
            case 404:
                return self._lost()
            case 429:
                when = parse_retry_after(answer.headers, now)
                return WikiTrouble(f"{NAME} asks for fewer requests.", "", passes=True, retry_after=when)
            case status if status >= 500:
                when = parse_retry_after(answer.headers, now)
                return WikiTrouble(f"{NAME} has trouble of its own: HTTP {status}.", "", passes=True, retry_after=when)
            case status if status < 400:
                return WikiTrouble(
                    f"{self.place.url} leads elsewhere: HTTP {status}.", "Set TOCSIN_CONFLUENCE_URL to where it leads."
                )
            case status:
                said = _said(answer)
                return WikiTrouble(
                    f"{NAME} refuses the page: HTTP {status}{f', “{said}”' if said else ''}.",
                    "Mend that there, then publish it again.",
                )

    def _lost(self) -> WikiTrouble:
        below = f", or no page {self.parent} in it" if self.parent else ""
        return WikiTrouble(
            f"There is no space {self.place.space} in {NAME}{below}, as far as its account sees.",
            "Set TOCSIN_CONFLUENCE_SPACE to the key of a space that it may see"
            f"{', TOCSIN_CONFLUENCE_PARENT to the id of a page' if self.parent else ''}.",
        )

    def _page(self, page: Page, source: str = "") -> WikiPage:
        by = page.version.by.displayName if page.version.by is not None else ""
        held = page.body.storage.value if page.body is not None and page.body.storage is not None else ""
        return WikiPage(
            id=page.id,
            version=page.version.number,
            url=f"{self.place.url}/pages/viewpage.action?pageId={page.id}",
            message=page.version.message or "",
            by=one_line(by, 60),
            is_ours=bool(source) and source in held,
        )


def _said(answer: HttpAnswer) -> str:
    """What it says is wrong: one of the data centre, the other of the cloud."""
    try:
        told = msgspec.json.decode(answer.body, type=_Problem)
    except msgspec.DecodeError:
        return ""
    return one_line(told.message or next((each.title for each in told.errors), ""), _MOST_SAID)


class _Error(msgspec.Struct):
    title: str = ""


class _Problem(msgspec.Struct):
    message: str = ""
    errors: list[_Error] = []
