"""Files over HTTP: who does not see the incident sees none of it; what comes back runs nowhere (SEC-1, SEC-7)."""

import re

import pytest

from tests.support.world import EVERYTHING
from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare
from tocsin.incidents import service as incidents
from tocsin.incidents.attachments import FileLimits
from tocsin.incidents.attachments import attach as attach_file
from tocsin.kernel.errors import Invalid, Refused, TocsinError
from tocsin.setting_readers import LARGEST_FILE

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


async def attach(api: Api, content: bytes, name: str = "graph.png", who: str = "bob"):
    path = f"/incidents/INC-1/attachments?name={name}"
    return await getattr(api, who).send(path, content, "application/octet-stream")


async def test_who_may(api: Api) -> None:
    await declare(api)
    problem(await attach(api, PNG, who="nobody"), 401)
    problem(await attach(api, PNG, who="vera"), 403)
    added = await attach(api, PNG)
    assert added.status_code == 201
    file = f"/incidents/INC-1/attachments/{added.json()['id']}"
    assert (await api.vera.get(file)).content == PNG
    await api.alice.post("/incidents/INC-1/private", reason="security")
    for path in (file, "/incidents/INC-1/attachments"):
        problem(await api.carol.get(path), 404)
    problem(await attach(api, PNG, who="carol"), 404)
    assert (await api.alice.get(file)).content == PNG


async def test_a_file_is_handed_out_so_that_nothing_of_it_runs(api: Api) -> None:
    await declare(api)
    added = (await attach(api, b"<script>alert(1)</script>", "page.html")).json()
    assert (added["name"], added["media_type"], added["added_by"]) == ("page.html.txt", "text/plain", "@bob")
    answer = await api.vera.get(f"/incidents/INC-1/attachments/{added['id']}")
    assert answer.headers["content-type"].split(";")[0] == "text/plain"
    assert answer.headers["content-disposition"].startswith('attachment; filename="page.html.txt"')
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    listed = (await api.vera.get("/incidents/INC-1/attachments")).json()
    assert listed == {"incident": "INC-1", "attachments": [added]}
    said = (await api.vera.get("/incidents/INC-1/timeline")).json()["entries"][-1]
    assert (said["kind"], said["text"]) == ("AttachmentAdded", "@bob attached page.html.txt (25 B).")
    assert (await api.vera.get("/search", q="page.html")).json()["hits"][0]["n"] == said["id"]


async def test_limits_are_said_with_their_remedy(api: Api) -> None:
    await declare(api)
    assert "of no type" in problem(await attach(api, b"MZ\x90\x00\x03", "setup.exe"), 400)["detail"]
    assert problem(await attach(api, b""), 400)["field"] == "file"
    assert "one may have 10 MB" in problem(await attach(api, PNG + bytes(10_000_000)), 400)["detail"]
    problem(await api.bob.get("/incidents/INC-1/attachments/999"), 404)


@pytest.mark.parametrize(
    ("limits", "kind", "said"),
    [
        (FileLimits(size=20), Invalid, "The file has 28 B, and one may have 20 B."),
        (FileLimits(most=1), Refused, "INC-1 has 1 files, and may have 1."),
        (FileLimits(total=50), Refused, "The files of INC-1 have 28 B, and all may have 50 B."),
    ],
)
async def test_the_limits_are_settings(api: Api, limits: FileLimits, kind: type[TocsinError], said: str) -> None:
    await declare(api)
    await attach(api, PNG)
    async with api.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        with pytest.raises(kind, match=re.escape(said)) as refused:
            await attach_file(tx, incident.id, "graph.png", PNG, "@bob", limits)
    assert refused.value.remedy


async def test_a_body_beyond_every_limit_is_not_read(api: Api) -> None:
    await declare(api)
    assert (await attach(api, bytes(LARGEST_FILE + 2))).status_code == 413
