"""A little Confluence on loopback, as far as its documentation tells: spaces, pages, versions, who may, and its two
ways to say so – `/rest/api/content` of a data centre, `/api/v2/pages` of the cloud.
"""

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.sinks import HttpRequest, HttpSink

TOKEN, USER, SPACE, PARENT = "a-token", "bot@example.com", "OPS", "77"
SPACE_ID = "9001"
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


@dataclass
class Revision:
    title: str
    body: str
    message: str = ""
    by: str = "Tocsin Bot"


@dataclass
class Confluence:
    """`pages`: the revisions of each by its id, the latest last; `parents` what they stand below. `says` are answers
    given instead, in their order; `before_update` happens just before the next update is looked at.
    """

    pages: dict[str, list[Revision]] = field(default_factory=dict[str, list[Revision]])
    parents: dict[str, str] = field(default_factory=dict[str, str])
    says: list[tuple[int, dict[str, str]]] = field(default_factory=list[tuple[int, dict[str, str]]])
    before_update: list[Revision] = field(default_factory=list[Revision])
    swallows_answers: int = 0

    def edited(self, page_id: str, body: str, by: str = "Carol") -> None:
        """Somebody writes the page."""
        self.pages[page_id].append(Revision(self.pages[page_id][-1].title, body, by=by))

    @property
    def only(self) -> tuple[str, list[Revision]]:
        """The one page that there is."""
        ((page_id, revisions),) = self.pages.items()
        return page_id, revisions

    async def __call__(self, request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        status, headers, document = self._answer(request)
        if request.method != "GET" and self.swallows_answers:
            self.swallows_answers -= 1
            writer.transport.abort()
            return
        content = json.dumps(document).encode()
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Other')}", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)

    def _answer(self, request: HttpRequest) -> tuple[int, dict[str, str], Any]:
        if self.says:
            status, headers = self.says.pop(0)
            return status, headers, {"message": f"said {status}"}
        parts = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        document = json.loads(request.body) if request.body else {}
        is_cloud = parts.path.startswith("/api/v2/")
        if request.headers.get("authorization") != _credentials(is_cloud):
            return _problem(401, "Unauthorized", is_cloud)
        where, _, page_id = parts.path.removeprefix("/rest/api/content").removeprefix("/api/v2/pages").partition("/")
        if parts.path == "/api/v2/spaces":
            return 200, {}, {"results": [{"id": SPACE_ID, "key": SPACE}] if query.get("keys") == SPACE else []}
        assert where == "", f"unknown: {request.path}"
        return self._of_pages(request.method, page_id, query, document, is_cloud)

    def _of_pages(
        self, method: str, page_id: str, query: dict[str, str], document: dict[str, Any], is_cloud: bool
    ) -> tuple[int, dict[str, str], Any]:
        match method, page_id:
            case "POST", "":
                return self._create(document, is_cloud)
            case "GET", "":
                return self._find(query, is_cloud)
            case _, unknown if unknown not in self.pages:
                return _problem(404, "No content found", is_cloud)
            case "GET", _:
                return 200, {}, self._page(page_id, is_cloud)
            case _:
                return self._update(page_id, document, is_cloud)

    def _find(self, query: dict[str, str], is_cloud: bool) -> tuple[int, dict[str, str], Any]:
        if (query.get("space-id") if is_cloud else query.get("spaceKey")) not in (SPACE, SPACE_ID):
            return _problem(404, "No space with key", is_cloud)
        found = [each for each, revisions in self.pages.items() if revisions[-1].title == query["title"]]
        return 200, {}, {"results": [self._page(each, is_cloud) for each in found]}

    def _create(self, document: dict[str, Any], is_cloud: bool) -> tuple[int, dict[str, str], Any]:
        space = document["spaceId"] if is_cloud else document["space"]["key"]
        parent = document.get("parentId") if is_cloud else document.get("ancestors", [{}])[0].get("id")
        if space != (SPACE_ID if is_cloud else SPACE) or parent not in (None, PARENT):
            return _problem(404, "No space or parent", is_cloud)
        if any(revisions[-1].title == document["title"] for revisions in self.pages.values()):
            return _problem(400, "A page with this title already exists", is_cloud)
        page_id = str(1000 + len(self.pages))
        self.pages[page_id] = [Revision(document["title"], _storage(document, is_cloud))]
        if parent is not None:
            self.parents[page_id] = parent
        return 200, {}, self._page(page_id, is_cloud)

    def _update(self, page_id: str, document: dict[str, Any], is_cloud: bool) -> tuple[int, dict[str, str], Any]:
        if self.before_update:
            self.pages[page_id].append(self.before_update.pop(0))
        if document["version"]["number"] != len(self.pages[page_id]) + 1:
            return _problem(409, "Version must be incremented on update", is_cloud)
        body, message = _storage(document, is_cloud), document["version"]["message"]
        self.pages[page_id].append(Revision(document["title"], body, message))
        return 200, {}, self._page(page_id, is_cloud)

    def _page(self, page_id: str, is_cloud: bool) -> dict[str, Any]:
        latest = self.pages[page_id][-1]
        version: dict[str, Any] = {"number": len(self.pages[page_id]), "message": latest.message}
        version |= {"authorId": "5b10"} if is_cloud else {"by": {"type": "known", "displayName": latest.by}}
        storage = {"storage": {"value": latest.body, "representation": "storage"}}
        return {"id": page_id, "status": "current", "title": latest.title, "version": version, "body": storage}


def serving(confluence: Confluence) -> HttpSink:
    """Listens, once it is entered; what was asked is in its inbox."""
    return HttpSink(confluence)


def _credentials(is_cloud: bool) -> str:
    return f"Basic {base64.b64encode(f'{USER}:{TOKEN}'.encode()).decode()}" if is_cloud else f"Bearer {TOKEN}"


def _storage(document: dict[str, Any], is_cloud: bool) -> str:
    held = document["body"] if is_cloud else document["body"]["storage"]
    assert held["representation"] == "storage"
    return held["value"]


def _problem(status: int, message: str, is_cloud: bool) -> tuple[int, dict[str, str], Any]:
    if is_cloud:
        return status, {}, {"errors": [{"status": status, "code": "X", "title": message, "detail": None}]}
    return status, {}, {"statusCode": status, "message": message}
