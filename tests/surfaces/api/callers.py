"""How a test calls the API: `await api.alice.post("/incidents", title="…")`."""

from dataclasses import dataclass
from typing import Any

import httpx

from tocsin.db.database import Database


@dataclass(frozen=True)
class Caller:
    """One person with a token, or nobody."""

    client: httpx.AsyncClient
    headers: dict[str, str]

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.client.get(f"/api/v1{path}", params=query or None, headers=self.headers)

    async def post(self, path: str, *, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
        return await self.client.post(f"/api/v1{path}", json=body, headers={**self.headers, **(headers or {})})

    async def put(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.put(f"/api/v1{path}", json=body, headers=self.headers)

    async def delete(self, path: str) -> httpx.Response:
        return await self.client.delete(f"/api/v1{path}", headers=self.headers)

    async def send(self, path: str, content: bytes, media_type: str = "application/json") -> httpx.Response:
        headers = {**self.headers, "Content-Type": media_type}
        return await self.client.post(f"/api/v1{path}", content=content, headers=headers)


@dataclass(frozen=True)
class Api:
    """The callers by name."""

    client: httpx.AsyncClient
    db: Database
    tokens: dict[str, str]

    def __getattr__(self, name: str) -> Caller:
        if name == "nobody":
            return Caller(self.client, {})
        return self.holding(self.tokens[name])

    def holding(self, token: str) -> Caller:
        return Caller(self.client, {"Authorization": f"Bearer {token}"})


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of a refusal: its kind, its sentence and a remedy are always there."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["type"].startswith("urn:tocsin:problem:")
    assert told["title"]
    assert told["detail"].endswith((".", "?"))
    return told
