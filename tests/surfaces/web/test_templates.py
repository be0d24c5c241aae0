"""Templates on the web: who may look and who may change, previews, mistakes beside their field, markup as text."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration

BrowserOf = Callable[[str], Awaitable[Browser]]
PATH = "/settings/templates/update"
WORDING = {"subject": "[{{ severity }}] {{ title }}", "body": "{{ text }} {{ war_room }}"}


async def test_a_responder_looks_and_changes_nothing(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    page = (await alice.get(PATH)).text
    assert "readonly" in page
    assert 'name="preview"' not in page
    assert (await alice.press(PATH, **WORDING)).status_code == 403
    assert (await alice.press(f"{PATH}/reset")).status_code == 403
    assert (await alice.get("/settings/templates/letter")).status_code == 404


async def test_a_manager_previews_changes_and_takes_back(office: Database, browser_of: BrowserOf) -> None:
    carol = await browser_of("carol")
    assert "/settings/templates" in (await carol.get("/settings")).text
    assert (await carol.get("/settings/templates")).text.count("as it ships") == 3
    previewed = await carol.press(PATH, on=PATH, **WORDING, preview="yes")
    assert previewed.status_code == 200
    assert "[SEV-1] Checkout answers 500" in previewed.text
    assert (await carol.get("/settings/templates")).text.count("as it ships") == 3
    saved = await carol.press(PATH, on=PATH, **WORDING)
    assert (saved.status_code, saved.headers["location"]) == (303, "/settings/templates")
    assert "by @carol" in (await carol.get("/settings/templates")).text
    await carol.press(f"{PATH}/reset", on=PATH)
    assert (await carol.get("/settings/templates")).text.count("as it ships") == 3


async def test_a_mistake_stands_beside_its_field_with_what_was_typed(browser_of: BrowserOf) -> None:
    carol = await browser_of("carol")
    refused = await carol.press(PATH, on=PATH, subject="x", body="one\n{{ sevrity }}")
    assert refused.status_code == 400
    assert 'id="wrong-body"' in refused.text
    assert "Line 2: there is no field &#39;sevrity&#39; here." in refused.text
    assert "{{ sevrity }}</textarea>" in refused.text
    unknown = await carol.press(PATH, on=PATH, **WORDING, preview="yes", incident="INC-9")
    assert 'id="wrong-incident"' in unknown.text


async def test_markup_in_a_template_and_in_an_incident_stays_text(office: Database, browser_of: BrowserOf) -> None:
    carol = await browser_of("carol")
    async with office.transaction() as tx:
        await incidents.declare(tx, Declaration(title="<img src=x onerror=alert(1)>", by="@alice", severity="SEV-2"))
    hostile = {"subject": "<script>alert(1)</script> {{ title }}", "body": "</textarea><script>x</script>{{ title }}"}
    page = (await carol.press(PATH, on=PATH, **hostile, preview="yes", incident="INC-1")).text
    assert "<script>alert" not in page
    assert "</textarea><script>" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
