"""Search over HTTP: what a caller may not see is not found (SEC-1); what was corrected is found as it reads by now."""

import pytest

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare


async def found(api: Api, q: str, who: str = "vera") -> list[tuple[str, str]]:
    hits = (await getattr(api, who).get("/search", q=q)).json()["hits"]
    return [(hit["where"], "".join(piece["text"] for piece in hit["excerpt"])) for hit in hits]


async def test_a_private_incident_is_found_by_its_members_alone(api: Api) -> None:
    await declare(api, title="Keys were leaked")
    await api.alice.post("/incidents/INC-1/timeline", text="keys revoked")
    await api.alice.post("/incidents/INC-1/tasks", text="rotate the keys")
    assert len(await found(api, "keys", "carol")) == 3
    await api.alice.post("/incidents/INC-1/private", reason="security")
    for stranger in ("carol", "vera", "mona"):
        assert await found(api, "keys", stranger) == [], stranger
    assert {where for where, _ in await found(api, "keys", "alice")} == {"incident", "entry", "task"}


async def test_incidents_lines_and_tasks_are_found_by_words_that_begin_so(api: Api) -> None:
    await declare(api, title="Checkout answers 500", summary="since the deployment of v2.3.1")
    await declare(api, title="Search is slow")
    await api.bob.post("/incidents/INC-1/timeline", text="Rolled back v2.3.1 of payments_db")
    await api.bob.post("/incidents/INC-2/tasks", text="roll the cache")
    await api.bob.post("/incidents/INC-2/status", status="identified", reason="a cold cache")
    assert [where for where, _ in await found(api, "checkout v2.3")] == ["incident"]
    assert await found(api, "roll") == [("entry", "Rolled back v2.3.1 of payments_db"), ("task", "roll the cache")]
    assert [where for where, _ in await found(api, "PAYMENTS")] == ["entry"]
    assert [where for where, _ in await found(api, "cold cache")] == ["entry"]
    assert await found(api, "cold checkout") == []
    (hit,) = (await api.vera.get("/search", q="slow")).json()["hits"]
    assert (hit["incident"], hit["title"], hit["by"], hit["n"]) == ("INC-2", "Search is slow", "@alice", None)
    assert hit["url"].endswith("/incidents/INC-2")
    assert [piece["text"] for piece in hit["excerpt"] if piece["is_match"]] == ["slow"]


async def test_a_correction_replaces_what_is_found(api: Api) -> None:
    await declare(api)
    entry = (await api.bob.post("/incidents/INC-1/timeline", text="restarted redis")).json()["entries"][0]["id"]
    for text in ("restarted memcached", "restarted varnish"):
        await api.bob.post(f"/incidents/INC-1/timeline/{entry}/correct", text=text)
    assert await found(api, "redis") == await found(api, "memcached") == []
    (hit,) = (await api.vera.get("/search", q="varnish")).json()["hits"]
    assert (hit["n"], hit["where"], hit["url"][-len(f"#entry-{entry}") :]) == (entry, "entry", f"#entry-{entry}")
    assert hit["excerpt"][0]["text"] == "restarted "


async def test_what_is_marked_is_what_matches_whatever_the_text_holds(api: Api) -> None:
    await declare(api)
    await api.bob.post("/incidents/INC-1/timeline", text="<b>cache</b> \x02is\x03 & cold; 'quoted' \\ %s")
    for q in ("cache", "cold", "quoted", "<b>cache"):
        (hit,) = (await api.vera.get("/search", q=q)).json()["hits"]
        assert any(piece["is_match"] for piece in hit["excerpt"]), q
        assert not {"\x02", "\x03"} & set("".join(piece["text"] for piece in hit["excerpt"]))


@pytest.mark.parametrize("q", ["", "   ", "&", "x" * 201])
async def test_what_cannot_be_looked_for_says_why(api: Api, q: str) -> None:
    assert problem(await api.vera.get("/search", q=q), 400)["field"] == "q"


async def test_whatever_is_typed_is_no_syntax(api: Api) -> None:
    await declare(api)
    for q in ("a & | !b", "'", "''':*", "(((", "\\a", "a:*b", "<->", "1' OR '1'='1", "a\u2003b", "é:D"):
        answer = await api.vera.get("/search", q=q)
        assert answer.status_code == (400 if not any(c.isalnum() for c in q) else 200), q
    problem(await api.nobody.get("/search", q="x"), 401)
