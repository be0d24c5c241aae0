"""Whatever is sent, the answer is a problem document with a 4xx status, never a 5xx (SEC-7)."""

import json

import pytest

from tests.support.applications import application, forget_api
from tests.support.asgi import ask
from tests.surfaces.api.callers import Api, problem
from tocsin.accounts.events import AUDIT
from tocsin.accounts.refusals import LINES_PER_CLIENT
from tocsin.db.database import Database
from tocsin.kernel.ledger import list_entries
from tocsin.kernel.live import Hub


def body(**fields: object) -> bytes:
    return json.dumps(fields).encode()


DECLARATIONS: list[tuple[bytes, str | None]] = [
    (b"", None),
    (b"{", None),
    (b"null", None),
    (b"[]", None),
    (b"42", None),
    (b'"title"', None),
    (b"\xff\xfe", None),
    (body(), "title"),
    (body(title=None), "title"),
    (body(title=5), "title"),
    (body(title=""), "title"),
    (body(title="x" * 100_000), "title"),
    (body(title="a\u0000b"), "title"),
    (b'{"title": "\\ud800"}', None),
    (body(title="x", services="checkout"), "services"),
    (body(title="x", services=[5]), "services[0]"),
    (body(title="x", services=["a\u0000b"]), "services"),
    (body(title="x", services=["no-such-service"]), None),
    (body(title="x", severity="SEV-99"), None),
    (body(title="x", urgency="maximal"), "urgency"),
    (body(title="x", source="tarot"), "source"),
    (body(title="x", started_at="now"), "started_at"),
    (body(title="x", started_at="2026-03-02T09:40:00"), "started_at"),
    (body(title="x", is_drill="maybe"), "is_drill"),
    (body(title="x", surprise=True), "surprise"),
    (b'{"title": NaN}', None),
    (b"[" * 100_000, None),
    (b'{"title": "x", "summary": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", None),
]


async def test_a_wrong_declaration_is_refused_by_name(api: Api) -> None:
    for content, field in DECLARATIONS:
        answer = await api.alice.send("/incidents", content)
        assert 400 <= answer.status_code < 500, (content[:80], answer.text)
        told = problem(answer, answer.status_code)
        assert field is None or told.get("field") == field, (content[:80], told)
    assert (await api.alice.get("/incidents")).json()["incidents"] == []


async def test_a_wrong_name_of_an_incident(api: Api) -> None:
    for name in ("INC-1%00", "%ff", "INC-0", "INC-1e5", "9" * 50):
        answer = await api.alice.get(f"/incidents/{name}")
        problem(answer, answer.status_code)
        assert answer.status_code in (400, 404), name


async def test_a_wrong_query(api: Api) -> None:
    for query in ("service=%00", "service=%ff", "severity=a%00b", "cursor=%00", "cursor=9e99"):
        problem(await api.alice.get(f"/incidents?{query}"), 400)


async def test_a_body_that_is_too_large(api: Api) -> None:
    content = body(title="x", summary="y" * (5 * 1024 * 1024))
    problem(await api.alice.send("/incidents", content), 413)


async def test_a_body_of_another_kind(api: Api) -> None:
    answer = await api.alice.send("/incidents", b"title=x", "application/x-www-form-urlencoded")
    problem(answer, answer.status_code)
    assert 400 <= answer.status_code < 500


async def test_an_unknown_path_and_a_wrong_method(api: Api) -> None:
    assert (await api.alice.get("/nothing-here")).status_code == 404
    assert (await api.client.delete("/api/v1/incidents", headers=api.alice.headers)).status_code == 405


async def test_a_header_that_is_no_token(api: Api) -> None:
    for header in ("", "Bearer", "Basic YTpi", "bearer " + "x" * 5_000):
        answer = await api.client.get("/api/v1/me", headers={"Authorization": header} if header else {})
        problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer"), header


@pytest.fixture
def unasked() -> None:
    """The API has counted no refusal yet."""
    forget_api()


@pytest.mark.usefixtures("unasked")
async def test_forged_tokens_are_on_the_audit_log_a_flood_of_them_in_a_few_lines(api: Api) -> None:
    for number in range(20):
        problem(await api.holding(f"tocsin_forged{number}").get("/incidents"), 401)
    problem(await api.nobody.get("/incidents"), 401)
    async with api.db.connection() as conn:
        told = [entry for entry in await list_entries(conn, AUDIT) if "not in force" in entry.sentence]
    assert len(told) == LINES_PER_CLIENT
    assert {entry.data["outcome"] for entry in told} == {"refused"}
    assert {entry.data["client"] for entry in told} == {"127.0.0.1"}
    assert "GET /api/v1/incidents" in told[0].sentence
    assert "forged" not in told[0].sentence


async def test_no_answer_is_kept_or_taken_for_something_else(api: Api) -> None:
    refused = await api.nobody.get("/me")
    for answer in (await api.alice.get("/me"), await api.alice.get("/incidents/INC-99"), refused):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_whoever_hangs_up_in_the_midst_of_a_body_is_no_fault_of_ours(
    db: Database, tokens: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"Authorization": f"Bearer {tokens['alice']}", "Content-Type": "application/json"}
    app = application(db, Hub(db))
    answer = await ask(app, "POST", "/api/v1/incidents", headers, b'{"title":', hangs_up=True)  # type: ignore[arg-type]
    assert answer.status == 400
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []
