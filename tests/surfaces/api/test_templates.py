"""Templates over HTTP (COM-1): first who may not, then what is changed, previewed, refused and taken back."""

from typing import Any

from tests.surfaces.api.callers import Api, problem
from tocsin.comms import template_store
from tocsin.comms.model import TemplateKind

WORDING: dict[str, Any] = {"subject": "[{{ severity }}] {{ ref }}", "body": "{{ text }}\nSee {{ war_room }}"}


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.get("/templates"), 401)
    for caller in (api.vera, api.alice):
        told = problem(await caller.put("/templates/update", **WORDING), 403)
        assert told["remedy"] == "It takes the role manager: ask an administrator."
        problem(await caller.delete("/templates/update"), 403)
    assert (await api.vera.get("/templates/update")).json()["edited_by"] is None


async def test_they_are_listed_with_what_they_may_speak_of(api: Api) -> None:
    told = (await api.vera.get("/templates")).json()["templates"]
    assert [each["kind"] for each in told] == ["declaration", "update", "resolution"]
    assert told[1]["fields"]["eta"] == 'when it will be over, or "unknown"'
    assert told[1]["subject"] == "[{{ severity }}] {{ ref }} update {{ number }}: {{ title }}"


async def test_one_is_changed_and_taken_back(api: Api) -> None:
    changed = (await api.root.put("/templates/update", **WORDING)).json()
    assert (changed["subject"], changed["edited_by"], changed["problem"]) == (WORDING["subject"], "@root", "")
    assert (await api.vera.get("/templates/update")).json() == changed
    assert (await api.root.delete("/templates/update")).json()["edited_by"] is None
    assert "as it ships" in problem(await api.root.delete("/templates/update"), 409)["detail"]


async def test_a_mistake_is_named_with_its_line_and_nothing_changes(api: Api) -> None:
    told = problem(await api.root.put("/templates/update", **{**WORDING, "body": "a\n{{ sevrity }}"}), 400)
    assert (told["field"], told["detail"]) == ("body", "Line 2: there is no field 'sevrity' here.")
    assert told["remedy"].startswith("Did you mean severity?")
    assert problem(await api.root.put("/templates/update", **{**WORDING, "subject": ""}), 400)["field"] == "subject"
    assert problem(await api.root.put("/templates/letter", **WORDING), 400)["field"] == "template"
    assert (await api.root.get("/templates/update")).json()["edited_by"] is None


async def test_a_preview_of_the_sample_and_of_an_incident(api: Api) -> None:
    sample = (await api.vera.post("/templates/update/preview", **WORDING)).json()
    assert sample["subject"] == "[SEV-1] INC-42"
    await api.alice.post("/incidents", title="Nobody can pay", severity="SEV-2", services=["checkout"])
    for kind, words in (("declaration", "every 30 minutes"), ("update", "unknown"), ("resolution", "is scheduled by")):
        shipped = (await api.vera.get(f"/templates/{kind}")).json()
        asked: dict[str, Any] = {"subject": shipped["subject"], "body": shipped["body"], "incident": "INC-1"}
        told = (await api.vera.post(f"/templates/{kind}/preview", **asked)).json()
        assert "INC-1" in told["subject"]
        assert "Nobody can pay" in told["subject"]
        assert words in told["body"]
        assert "/incidents/INC-1" in told["body"] or kind == "update"
        assert "tocsin:/" not in told["body"]
    problem(await api.vera.post("/templates/update/preview", **WORDING, incident="INC-9"), 404)
    broken: dict[str, Any] = {**WORDING, "body": "{% raw"}
    problem(await api.vera.post("/templates/update/preview", **broken), 400)


async def test_one_that_cannot_be_used_any_more_says_so(api: Api) -> None:
    row = template_store.EditedRow(TemplateKind.UPDATE, "x", "{{ former }}", "@root", api.db.clock.now())
    async with api.db.transaction() as tx:
        await template_store.upsert_edited(tx.conn, row)
    told = (await api.vera.get("/templates/update")).json()
    assert told["problem"].startswith("body: Line 1: there is no field 'former' here.")
