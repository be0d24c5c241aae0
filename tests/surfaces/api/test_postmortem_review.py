"""What is said of a postmortem over HTTP (PMT-5, PMT-7); who may not is walked in `surfaces/test_route_walk.py`."""

from typing import Any

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private

PATH = "/incidents/INC-1/postmortem"


async def drafted(api: Api) -> None:
    """Of an incident that is over; version 2, owned by alice."""
    await declare(api)
    await api.bob.post("/incidents/INC-1/resolve", override=True, reason="it works")
    await api.alice.post(PATH)
    await api.alice.post(f"{PATH}/owner", user="alice")
    await api.alice.put(PATH, body="# Learnt\n\nThe pool was small.", version=1, note="short")


async def test_comments_are_made_and_resolved(api: Api) -> None:
    await drafted(api)
    gone = await api.bob.post(f"{PATH}/comments", text="How small?", quote="no such words")
    assert problem(gone, 400)["field"] == "quote"
    made = await api.bob.post(f"{PATH}/comments", text="How small?", quote="The pool")
    assert made.status_code == 201
    assert (made.json()["n"], made.json()["by"], made.json()["resolved_by"]) == (1, "@bob", None)
    resolved = (await api.alice.post(f"{PATH}/comments/1/resolve", answer="Ten.")).json()
    assert (resolved["resolved_by"], resolved["answer"]) == ("@alice", "Ten.")
    assert (await api.vera.get(f"{PATH}/comments")).json() == {"incident": "INC-1", "comments": [resolved]}
    assert problem(await api.bob.post(f"{PATH}/comments/1/resolve"), 409)["detail"]
    assert problem(await api.bob.post(f"{PATH}/comments/2/resolve"), 404)["field"] == "comment"


async def test_a_review_ends_in_publication(api: Api) -> None:
    await drafted(api)
    missing = (await api.vera.get(f"{PATH}/review")).json()
    assert (missing["reviewers"], [gap["kind"] for gap in missing["gaps"]]) == ([], ["review"])
    for names, status in ((["alice"], 400), ([], 400), (["vera"], 409), (["zoe"], 404)):
        problem(await api.alice.post(f"{PATH}/reviewers", reviewers=names), status)
    asked = (await api.alice.post(f"{PATH}/reviewers", reviewers=["bob"], note="by Friday")).json()
    assert (asked["state"], asked["reviewers"][0]["verdict"]) == ("in-review", "asked")
    wrong: tuple[tuple[dict[str, Any], int, str], ...] = (
        ({"verdict": "lgtm", "version": 2}, 400, "verdict"),
        ({"verdict": "wants-changes", "version": 2}, 400, "note"),
        ({"verdict": "approved", "version": 1}, 409, "version"),
    )
    for said, status, field in wrong:
        assert problem(await api.bob.post(f"{PATH}/review", **said), status)["field"] == field
    approved = (await api.bob.post(f"{PATH}/review", verdict="approved", version=2)).json()
    assert (approved["gaps"], approved["reviewers"][0]["version"]) == ([], 2)
    assert (await api.alice.post(f"{PATH}/publish")).json()["state"] == "published"


async def test_versions_are_compared_and_restored(api: Api) -> None:
    await drafted(api)
    listed = (await api.vera.get(f"{PATH}/versions")).json()["versions"]
    assert [(each["version"], each["note"]) for each in listed] == [(1, "Drafted from the record."), (2, "short")]
    await api.alice.put(PATH, body="# Learnt\n\nThe pool was tiny.", version=2)
    shown = (await api.vera.get(f"{PATH}/versions/3")).json()
    assert (shown["since"], shown["tally"]) == (2, "1 line added, 1 removed")
    assert shown["changes"][-2:] == ["- The pool was small.", "+ The pool was tiny."]
    assert (await api.vera.get(f"{PATH}/versions/2", since=3)).json()["changes"][-1] == "+ The pool was small."
    assert problem(await api.vera.get(f"{PATH}/versions/7"), 404)["field"] == "version"
    restored = (await api.alice.post(f"{PATH}/versions/2/restore")).json()
    assert (restored["version"], restored["body"]) == (4, "# Learnt\n\nThe pool was small.\n")


async def test_it_is_exported_and_talked_about(api: Api) -> None:
    await drafted(api)
    file = (await api.vera.get(f"{PATH}/export")).json()
    assert file["name"].startswith("INC-1-")
    assert file["text"].startswith('---\nincident: "INC-1"\n')
    assert (await api.vera.get(f"{PATH}/export", format="html")).json()["text"].startswith("<!doctype html>")
    page = (await api.vera.get(f"{PATH}/export", format="confluence")).json()
    assert page["name"].endswith(".confluence.xml")
    assert page["text"].startswith('<ac:structured-macro ac:name="panel">')
    assert problem(await api.vera.get(f"{PATH}/export", format="pdf"), 400)["field"] == "format"
    prepared = (await api.vera.get(f"{PATH}/meeting")).json()
    assert sum(part["minutes"] for part in prepared["agenda"]) == 60
    assert len(prepared["turns"]) >= 10
    moved = await api.alice.post(f"{PATH}/meeting", starts_at="2099-01-05T10:00:00Z", people=["bob"])
    assert moved.json()["starts_at"] == "2099-01-05T10:00:00Z"
    assert {"alice", "bob"} <= set(moved.json()["invited"])
    past = await api.alice.post(f"{PATH}/meeting", starts_at="2020-01-05T10:00:00Z")
    assert problem(past, 400)["field"] == "starts_at"


async def test_what_is_private_stays_so(api: Api) -> None:
    await drafted(api)
    await make_private(api, "INC-1", "alice")
    for path in ("comments", "review", "versions", "versions/1", "export", "meeting"):
        problem(await api.carol.get(f"{PATH}/{path}"), 404)


async def test_it_is_asked_for_in_the_wiki(api: Api) -> None:
    await drafted(api)
    nothing = (await api.vera.get(f"{PATH}/wiki")).json()
    assert (nothing["wiki"], nothing["space"], nothing["state"], nothing["url"]) == ("Confluence", "OPS", "none", None)
    assert "not published yet" in problem(await api.alice.post(f"{PATH}/wiki"), 409)["detail"]
    await api.alice.post(f"{PATH}/publish", reason="nobody else was there")
    asked = await api.alice.post(f"{PATH}/wiki", overwrite=True)
    assert asked.status_code == 202
    assert (asked.json()["state"], asked.json()["asked_by"], asked.json()["is_latest"]) == ("waiting", "@alice", False)
    assert (await api.vera.get(f"{PATH}/wiki")).json() == asked.json()
    await api.alice.post("/incidents/INC-1/private", reason="a customer is named")
    assert problem(await api.alice.post(f"{PATH}/wiki"), 409)["field"] == "although_private"
    assert (await api.alice.post(f"{PATH}/wiki", although_private=True)).status_code == 202
