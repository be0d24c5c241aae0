"""Postmortems on the web (PMT-5, PMT-7): who may not; the list, the document, the editor without script, a conflict,
history, review, print, export, the meeting; and that nothing of a writer's text runs.
"""

import re
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.surfaces.web.conftest import Browser
from tocsin.catalog.model import Service
from tocsin.catalog.service import put_service
from tocsin.db.database import Database
from tocsin.incidents import privacy
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration, Incident
from tocsin.kernel import jobs
from tocsin.kernel.charts import Chart, Series
from tocsin.postmortems import blameless, measurements, service, wiki
from tocsin.postmortems.figures import Figure
from tocsin.postmortems.measurement_model import Measurement
from tocsin.postmortems.wiki_model import WikiPage, WikiPlace
from tocsin.surfaces.web.pages.postmortems import edit as editor
from tocsin.surfaces.web.pages.postmortems import history

BrowserOf = Callable[[str], Awaitable[Browser]]
PATH = "/postmortems/INC-1"
OPS = WikiPlace(name="Confluence", url="https://wiki.example.com", space="OPS")
BODY = "# Learnt\n\n## Impact\n\nCheckout failed. Bob forgot to check the disk.\n"


async def declared(office: Database, *, over: bool = True) -> Incident:
    async with office.transaction() as tx:
        made = await incidents.declare(tx, Declaration(title="Checkout <fails>", by="@alice", severity="SEV-1"))
        return await incidents.resolve(tx, made.id, "@alice") if over else made


async def drafted(office: Database, body: str = BODY) -> Incident:
    """Version 2, owned by alice."""
    incident = await declared(office)
    async with office.transaction() as tx:
        await service.draft(tx, incident.id, "@alice")
        await service.assign_owner(tx, incident.id, "alice", "@alice")
        await service.edit(tx, incident.id, body, 1, "@alice")
    return incident


async def test_who_may_only_read(office: Database, browser_of: BrowserOf) -> None:
    incident = await drafted(office)
    victor = await browser_of("victor")
    page = (await victor.get(PATH)).text
    assert "Checkout failed." in page
    assert f"{PATH}/edit" not in page
    assert f"{PATH}/comments" not in page
    assert (await victor.get(f"{PATH}/edit")).status_code == 403
    for path in (
        "edit",
        "preview",
        "comments",
        "reviewers",
        "review",
        "owner",
        "cost",
        "measure",
        "publish",
        "restore",
        "meeting",
    ):
        refused = await victor.press(f"{PATH}/{path}", version="2", body="x", starts_at="2099-01-01T10:00")
        assert refused.status_code == 403, path
    async with office.transaction() as tx:
        await privacy.make_private(tx, incident.id, "@alice", "a customer is named")
    assert (await victor.get(PATH)).status_code == 404
    assert PATH not in (await victor.get("/postmortems")).text


async def test_an_empty_list_says_what_it_is_for(browser_of: BrowserOf) -> None:
    page = (await (await browser_of("victor")).get("/postmortems")).text
    assert "tocsin postmortem draft INC-1" in page


async def test_from_nothing_to_the_list(office: Database, browser_of: BrowserOf) -> None:
    await declared(office)
    alice = await browser_of("alice")
    assert "Nobody has drafted it yet." in (await alice.get(PATH)).text
    assert '<option value="deployment">A new version</option>' in (await alice.get(PATH)).text
    assert (await alice.press(f"{PATH}/draft", on=PATH, template="x")).status_code == 400
    made = await alice.press(f"{PATH}/draft", on=PATH, template="deployment", layout="guide")
    assert (made.status_code, made.headers["location"]) == (303, PATH)
    page = (await alice.get(PATH)).text
    assert '<h2 id="text-impact">Impact</h2>' in page
    assert 'href="#text-impact"' in page
    assert "Publish by" in page
    assert "When was it rolled back" in page
    listed = (await alice.get("/postmortems?state=draft")).text
    assert PATH in listed
    assert "None is published." in (await alice.get("/postmortems?state=published")).text
    assert (await alice.get("/postmortems?state=done")).status_code == 400


async def test_what_it_cost_is_said_with_its_source(office: Database, browser_of: BrowserOf) -> None:
    await drafted(office)
    alice = await browser_of("alice")
    assert "Nobody has said it in figures." in (await alice.get(PATH)).text
    for said, field in (
        ({"failed_requests": "many", "source": "the log"}, "failed_requests"),
        ({"sla_breached": "maybe", "source": "the log"}, "sla_breached"),
        ({"support_tickets": "14", "source": " "}, "source"),
        ({"source": "the log"}, "figures"),
    ):
        refused = await alice.press(f"{PATH}/cost", on=PATH, **said)
        assert (refused.status_code, f'id="wrong-{field}"' in refused.text) == (400, True), field
    said = {"failed_requests": "1 204", "sla_breached": "yes", "source": "<b>the log</b>", "support_tickets": ""}
    kept = await alice.press(f"{PATH}/cost", on=PATH, **said)
    assert (kept.status_code, kept.headers["location"]) == (303, f"{PATH}#cost")
    page = (await alice.get(PATH)).text
    assert "<b>Failed requests: 1 204</b>" in page
    assert "source: &lt;b&gt;the log&lt;/b&gt;; said by alice" in page
    assert "Failed requests: 1 204 (source" not in page
    await alice.press(f"{PATH}/draft", on=PATH, again="yes")
    page = (await alice.get(PATH)).text
    assert "Failed requests: 1 204 (source: &lt;b&gt;the log&lt;/b&gt;)." in page
    assert "SLA breached: yes" in page


async def test_prometheus_is_asked_again_once_a_query_is_mended(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        await put_service(tx, Service(name="checkout", more={"impact": {"users_affected": "users"}}))
        made = await incidents.declare(tx, Declaration(title="It fails", services=("checkout",), by="@alice"))
        at = tx.now
    alice = await browser_of("alice")
    async with office.transaction() as tx:
        await service.draft(tx, made.id, "@alice")
    assert "Ask Prometheus" not in (await alice.get(PATH)).text
    refused = await alice.press(f"{PATH}/measure", on=PATH)
    assert (refused.status_code, "INC-1 is not over" in refused.text) == (400, True)
    async with office.transaction() as tx:
        await incidents.resolve(tx, made.id, "@alice")
        kept = Measurement(
            n=1,
            service="checkout",
            figure=Figure.USERS_AFFECTED,
            title="",
            query="users",
            begins_at=at,
            ends_at=at,
            measured_at=at,
            trouble="There is <no> data",
        )
        await measurements.record(tx, made.id, [kept])
        await jobs.cancel(tx, key=f"{measurements.MEASURE}:{made.id}")
    page = (await alice.get(PATH)).text
    assert 'Users affected of checkout: <span class="soft">There is &lt;no&gt; data.</span>' in page
    assert "Ask Prometheus again" in page
    assert "Ask Prometheus again" not in (await (await browser_of("victor")).get(PATH)).text
    asked = await alice.press(f"{PATH}/measure", on=PATH)
    assert (asked.status_code, asked.headers["location"]) == (303, f"{PATH}#cost")
    assert "Prometheus is being asked" in (await alice.get(PATH)).text


async def test_a_chart_is_drawn_where_the_text_is_read(office: Database, browser_of: BrowserOf) -> None:
    incident = await declared(office)
    chart = Chart(
        title="errors of checkout",
        alt="errors of <checkout>: at most 14",
        kind="line",
        labels=("03:05", "03:06"),
        series=(Series("</svg><script>x", (1.0, 14.0)),),
    )
    at = incident.declared_at
    about = {"n": 1, "service": "checkout", "title": "errors", "query": "rate(x[5m])"}
    kept = Measurement(**about, figure=None, begins_at=at, ends_at=at, measured_at=at, chart=chart)
    async with office.transaction() as tx:
        await measurements.record(tx, incident.id, [kept])
        await service.draft(tx, incident.id, "@alice")
    victor = await browser_of("victor")
    page = (await victor.get(PATH)).text
    assert '<span class="chart"><svg' in page
    assert "<desc>errors of &lt;checkout&gt;: at most 14</desc>" in page
    assert "Chart: errors of checkout. Source: Prometheus about checkout" in page
    assert "<script>x" not in page
    assert '<span class="chart"><svg' in (await victor.get(f"{PATH}/print")).text
    assert '<span class="chart"><svg' in (await victor.get(f"{PATH}/export?format=html")).text
    assert "<td>14</td>" in (await victor.get(f"{PATH}/export?format=confluence")).text
    picture = await victor.get("/incidents/INC-1/charts/1")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in picture.headers["content-security-policy"]
    assert (await victor.get("/incidents/INC-1/charts/2")).status_code == 404
    async with office.transaction() as tx:
        await privacy.make_private(tx, incident.id, "@alice", "a customer is named")
    assert (await victor.get("/incidents/INC-1/charts/1")).status_code == 404


async def test_who_has_read_it_says_so(office: Database, browser_of: BrowserOf) -> None:
    incident = await drafted(office)
    alice = await browser_of("alice")
    assert 'id="readers"' not in (await alice.get(PATH)).text
    refused = await alice.press(f"{PATH}/read", on=PATH)
    assert (refused.status_code, "is not published yet" in refused.text) == (400, True)
    async with office.transaction() as tx:
        await service.publish(tx, incident.id, "@alice")
    assert "Nobody has said yet" in (await alice.get(PATH)).text
    assert (await alice.press(f"{PATH}/read", on=PATH)).headers["location"] == f"{PATH}#readers"
    page = (await alice.get(PATH)).text
    assert "<li><b>alice</b>" in page
    assert "I have read it" not in page
    async with office.transaction() as tx:
        await service.edit(tx, incident.id, "# Learnt more\n", 2, "@alice")
    page = (await alice.get(PATH)).text
    assert "version 2, an earlier one" in page
    assert "I have read it" in page
    assert (await (await browser_of("victor")).press(f"{PATH}/read")).status_code == 403


async def test_markup_of_a_writer_stays_text(office: Database, browser_of: BrowserOf) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))\n\n</textarea><b>y</b>"
    await drafted(office, hostile)
    alice = await browser_of("alice")
    for path in (PATH, f"{PATH}/edit", f"{PATH}/history", f"{PATH}/print"):
        page = (await alice.get(path)).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert "</textarea><b>" not in page, path


async def test_the_editor_works_without_script(office: Database, browser_of: BrowserOf) -> None:
    await drafted(office)
    alice = await browser_of("alice")
    page = (await alice.get(f"{PATH}/edit")).text
    assert "1 passage sounds like blame" in page
    edit = {"on": f"{PATH}/edit", "version": "2"}
    previewed = await alice.press(f"{PATH}/edit", **edit, body="**Question:** Since *when*?", preview="yes")
    assert previewed.status_code == 200
    assert "Since <em>when</em>?" in previewed.text
    assert "1 open question." in previewed.text
    taken = await alice.press(f"{PATH}/edit", **edit, body=BODY, take="0")
    assert "Bob forgot" not in taken.text
    assert "check the disk" in taken.text
    for absent in ("7", "x", ""):
        assert "Bob forgot" in (await alice.press(f"{PATH}/edit", **edit, body=BODY, take=absent)).text
    empty = await alice.press(f"{PATH}/edit", **edit, body="  ")
    assert empty.status_code == 400
    assert 'id="wrong-body"' in empty.text
    saved = await alice.press(f"{PATH}/edit", **edit, body="# Short", note="cut")
    assert (saved.status_code, saved.headers["location"]) == (303, PATH)
    assert "cut" in (await alice.get(f"{PATH}/history")).text
    fragment = await alice.press(f"{PATH}/preview", **edit, body="a *b*")
    assert "<em>b</em>" in fragment.text
    assert "<html" not in fragment.text


async def test_when_two_people_save_nothing_is_lost(office: Database, browser_of: BrowserOf) -> None:
    await drafted(office)
    alice, bob = await browser_of("alice"), await browser_of("bob")
    await bob.press(f"{PATH}/edit", on=f"{PATH}/edit", version="2", body=f"{BODY}\nThe pool was small.")
    conflict = await alice.press(f"{PATH}/edit", on=f"{PATH}/edit", version="2", body=f"{BODY}\nMine.")
    assert conflict.status_code == 409
    assert "@bob has saved version 3 meanwhile." in conflict.text
    assert re.search(r'class="line-added">.*</span><span>The pool was small\.', conflict.text)
    assert "Mine.</textarea>" in conflict.text
    assert 'name="version" value="3"' in conflict.text
    again = await alice.press(f"{PATH}/edit", on=f"{PATH}/edit", version="3", body=f"{BODY}\nBoth.")
    assert again.status_code == 303


async def test_what_takes_long_with_a_long_text_holds_up_nobody(
    office: Database, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[tuple[str, bool]] = []

    def watched(work: Callable[..., Any]) -> Callable[..., Any]:
        def working(*given: Any) -> Any:
            worked.append((work.__name__, threading.current_thread() is threading.main_thread()))
            return work(*given)

        return working

    monkeypatch.setattr(blameless, "check", watched(blameless.check))
    for page in (editor, history):
        monkeypatch.setattr(page, "compare", watched(page.compare))
    await drafted(office)
    alice = await browser_of("alice")
    edit = {"on": f"{PATH}/edit", "body": f"{BODY}\nMine."}
    assert (await alice.press(f"{PATH}/edit", **edit, version="2", take="0")).status_code == 200
    assert (await alice.press(f"{PATH}/edit", **edit, version="1")).status_code == 409
    assert (await alice.get(f"{PATH}/history")).status_code == 200
    assert (await alice.get(PATH)).status_code == 200
    assert {name for name, _ in worked} == {"check", "compare"}
    assert not any(on_the_loop for _, on_the_loop in worked)


async def test_history_shows_what_changed_and_restores(office: Database, browser_of: BrowserOf) -> None:
    await drafted(office)
    alice = await browser_of("alice")
    await alice.press(f"{PATH}/edit", on=f"{PATH}/edit", version="2", body=BODY.replace("failed", "was down"))
    page = (await alice.get(f"{PATH}/history")).text
    assert "1 line added, 1 removed since version 2" in page
    assert "<del>failed</del>" in page
    assert "<ins>was down</ins>" in page
    assert "the first" in (await alice.get(f"{PATH}/history?version=1")).text
    assert (await alice.get(f"{PATH}/history?version=9")).status_code == 404
    await alice.press(f"{PATH}/restore", on=f"{PATH}/history?version=2", version="2")
    assert "Checkout failed." in (await alice.get(PATH)).text
    assert "As version 2 again." in (await alice.get(f"{PATH}/history")).text


async def test_comments_reviews_and_publication(office: Database, browser_of: BrowserOf) -> None:
    await drafted(office, "# Learnt\n\nCheckout failed.")
    alice, bob = await browser_of("alice"), await browser_of("bob")
    gone = await bob.press(f"{PATH}/comments", on=PATH, text="Since when?", quote="no such words")
    assert gone.status_code == 400
    assert 'id="wrong-quote"' in gone.text
    assert "Since when?</textarea>" in gone.text
    await bob.press(f"{PATH}/comments", on=PATH, text="Since <when>?", quote="Checkout failed.")
    assert "Since &lt;when&gt;?" in (await alice.get(PATH)).text
    assert (await alice.press(f"{PATH}/reviewers", on=PATH, reviewers="zoe")).status_code == 400
    assert (await alice.press(f"{PATH}/reviewers", on=PATH, reviewers="bob, carol")).status_code == 303
    assert "was asked by @alice" in (await alice.get(PATH)).text
    refused = await alice.press(f"{PATH}/publish", on=PATH)
    assert refused.status_code == 400
    assert "1 comment is not resolved." in refused.text
    await alice.press(f"{PATH}/comments/1/resolve", on=PATH, answer="Since noon.")
    wants = await bob.press(f"{PATH}/review", on=PATH, version="2", verdict="wants-changes")
    assert "What shall change is missing." in wants.text
    await bob.press(f"{PATH}/review", on=PATH, version="2", verdict="approved")
    published = await alice.press(f"{PATH}/publish", on=PATH)
    assert published.status_code == 303
    page = (await alice.get(PATH)).text
    assert "Published" in page
    assert "Since noon." in page
    assert f"{PATH}/publish" not in page
    assert (await alice.press(f"{PATH}/owner", on=PATH, owner="bob")).status_code == 303
    assert (await alice.press(f"{PATH}/owner", on=PATH, owner="nobody")).status_code == 400


async def test_it_is_published_in_the_wiki_by_a_button(office: Database, browser_of: BrowserOf) -> None:
    incident = await drafted(office)
    alice, victor = await browser_of("alice"), await browser_of("victor")
    assert 'id="wiki"' not in (await alice.get(PATH)).text
    assert "not published yet" in (await alice.press(f"{PATH}/wiki", on=PATH)).text
    await alice.press(f"{PATH}/publish", on=PATH, reason="nobody else was there")
    assert "Nobody has published it in space OPS yet." in (await alice.get(PATH)).text
    assert 'id="wiki"' not in (await victor.get(PATH)).text
    assert (await alice.press(f"{PATH}/wiki", on=PATH)).status_code == 303
    assert "@alice has asked for it: it is being written." in (await victor.get(PATH)).text
    async with office.transaction() as tx:
        postmortem = await service.get(tx.conn, incident.id)
        copy = await wiki.find_copy(tx.conn, postmortem)
        assert copy is not None
        await wiki.note_failure(tx, postmortem, copy, "<b>Carol</b> has edited the page.", "Confluence")
    page = (await alice.get(PATH)).text
    assert "&lt;b&gt;Carol&lt;/b&gt; has edited the page." in page
    assert 'name="overwrite"' in page
    assert f"{PATH}/wiki" not in (await victor.get(PATH)).text
    await alice.press(f"{PATH}/wiki", on=PATH, overwrite="yes")
    async with office.transaction() as tx:
        copy = await wiki.find_copy(tx.conn, postmortem)
        assert copy is not None
        assert copy.overwrites
        there = WikiPage(id="5", version=1, url="https://wiki.example.com/5")
        await wiki.note_written(tx, postmortem, copy, there, OPS)
        await privacy.make_private(tx, incident.id, "@alice", "a customer is named")
    page = (await alice.get(PATH)).text
    assert '<a href="https://wiki.example.com/5">Version 2 is there</a>' in page
    refused = await alice.press(f"{PATH}/wiki", on=PATH)
    assert refused.status_code == 400
    assert "INC-1 is private" in refused.text
    assert (await alice.press(f"{PATH}/wiki", on=PATH, although_private="yes")).status_code == 303


@pytest.mark.parametrize(
    ("form", "name", "holds"),
    [
        ("markdown", "INC-1-checkout-fails.md", 'incident: "INC-1"'),
        ("html", "INC-1-checkout-fails.html", "<style>"),
        ("confluence", "INC-1-checkout-fails.confluence.xml", "<ac:structured-macro"),
    ],
)
async def test_it_is_taken_along(office: Database, browser_of: BrowserOf, form: str, name: str, holds: str) -> None:
    await drafted(office)
    alice = await browser_of("alice")
    file = await alice.get(f"{PATH}/export?format={form}")
    assert file.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert holds in file.text
    assert (await alice.get(f"{PATH}/export?format=pdf")).status_code == 400
    paper = (await alice.get(f"{PATH}/print")).text
    assert "paper-facts" in paper
    assert "<nav" not in paper


async def test_the_meeting_is_prepared_and_moved(office: Database, browser_of: BrowserOf) -> None:
    await drafted(office)
    alice = await browser_of("alice")
    page = (await alice.get(f"{PATH}/meeting")).text
    assert "When it turns to blame" in page
    assert "Why it could happen" in page
    on = {"on": f"{PATH}/meeting"}
    assert 'id="wrong-starts_at"' in (await alice.press(f"{PATH}/meeting", **on, starts_at="soon")).text
    assert (
        'id="wrong-people"'
        in (await alice.press(f"{PATH}/meeting", **on, starts_at="2099-01-05T10:00", people="zoe")).text
    )
    moved = await alice.press(f"{PATH}/meeting", **on, starts_at="2099-01-05T10:00", people="bob")
    assert moved.status_code == 303
    assert "Invited: alice, bob." in (await alice.get(f"{PATH}/meeting")).text
