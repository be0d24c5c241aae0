"""The two REST APIs that Confluence has: what is asked of each, and the pages that both answer with. Pure.

In a data centre `/rest/api/content` with a personal access token, in the cloud `/api/v2/pages` with the e-mail address
and the API token of a user. A page looks the same in both, as far as we read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, urlencode

import msgspec
from aiohttp import encode_basic_auth

from tocsin.postmortems.wiki_model import NewText


class Asked(NamedTuple):
    """A request below the address of the wiki; without a document it is a GET."""

    method: str
    path: str
    document: dict[str, Any] | None = None


class Person(msgspec.Struct):
    displayName: str = ""


class Version(msgspec.Struct):
    number: int
    message: str | None = None
    by: Person | None = None


class Storage(msgspec.Struct):
    value: str = ""


class Body(msgspec.Struct):
    storage: Storage | None = None


class Page(msgspec.Struct):
    """Of a page that was just written nothing else is sure to be told than its id and its version."""

    id: str
    version: Version
    status: str = "current"
    body: Body | None = None


class PageList(msgspec.Struct):
    results: list[Page]


class Space(msgspec.Struct):
    id: str


class SpaceList(msgspec.Struct):
    results: list[Space]


class Dialect(Protocol):
    """`space` is what `space_of` has found out; `parent` the id of the page to stand below, or None."""

    def authorization(self) -> str: ...

    def space_of(self, key: str) -> Asked | None:
        """What to ask for the id of a space; None: its key will do."""
        ...

    def page(self, page_id: str) -> Asked: ...

    def titled(self, space: str, title: str) -> Asked: ...

    def creation(self, space: str, parent: str | None, text: NewText) -> Asked: ...

    def update(self, page_id: str, version: int, text: NewText) -> Asked: ...


@dataclass(frozen=True)
class DataCenter:
    token: str = field(repr=False)

    def authorization(self) -> str:
        return f"Bearer {self.token}"

    def space_of(self, key: str) -> Asked | None:
        return None

    def page(self, page_id: str) -> Asked:
        return Asked("GET", f"/rest/api/content/{quote(page_id, safe='')}?expand=version")

    def titled(self, space: str, title: str) -> Asked:
        query = urlencode({"type": "page", "spaceKey": space, "title": title, "expand": "version,body.storage"})
        return Asked("GET", f"/rest/api/content?{query}")

    def creation(self, space: str, parent: str | None, text: NewText) -> Asked:
        document: dict[str, Any] = {"type": "page", "title": text.title, "space": {"key": space}, "body": _stored(text)}
        if parent is not None:
            document["ancestors"] = [{"id": parent}]
        return Asked("POST", "/rest/api/content", document)

    def update(self, page_id: str, version: int, text: NewText) -> Asked:
        document = {
            "id": page_id,
            "type": "page",
            "title": text.title,
            "body": _stored(text),
            "version": {"number": version, "message": text.message},
        }
        return Asked("PUT", f"/rest/api/content/{quote(page_id, safe='')}", document)


@dataclass(frozen=True)
class Cloud:
    user: str
    token: str = field(repr=False)

    def authorization(self) -> str:
        return encode_basic_auth(self.user, self.token)

    def space_of(self, key: str) -> Asked | None:
        return Asked("GET", f"/api/v2/spaces?{urlencode({'keys': key})}")

    def page(self, page_id: str) -> Asked:
        return Asked("GET", f"/api/v2/pages/{quote(page_id, safe='')}")

    def titled(self, space: str, title: str) -> Asked:
        query = urlencode({"space-id": space, "title": title, "status": "current", "body-format": "storage"})
        return Asked("GET", f"/api/v2/pages?{query}")

    def creation(self, space: str, parent: str | None, text: NewText) -> Asked:
        document: dict[str, Any] = {"spaceId": space, "status": "current", "title": text.title, "body": _held(text)}
        if parent is not None:
            document["parentId"] = parent
        return Asked("POST", "/api/v2/pages", document)

    def update(self, page_id: str, version: int, text: NewText) -> Asked:
        document = {
            "id": page_id,
            "status": "current",
            "title": text.title,
            "body": _held(text),
            "version": {"number": version, "message": text.message},
        }
        return Asked("PUT", f"/api/v2/pages/{quote(page_id, safe='')}", document)


def _stored(text: NewText) -> dict[str, Any]:
    return {"storage": _held(text)}


def _held(text: NewText) -> dict[str, Any]:
    return {"representation": "storage", "value": text.body}
