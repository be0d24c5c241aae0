"""What an attacker types, and every field where they can type it (SEC-7). A new field is one line in `FIELDS`.

Whatever runs sets `window.pwned`. NUL and halves of surrogate pairs are not here: no field takes them, they are refused
with a 4xx before any statement (`tests/surfaces`).
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.stores.alerting import open_desk, signal
from tocsin.accounts import service as accounts
from tocsin.accounts import sign_in
from tocsin.accounts.model import Purpose
from tocsin.accounts.people import draft_of
from tocsin.alerts import maintenances, silences
from tocsin.alerts.maintenance import MaintenanceDraft
from tocsin.alerts.silencing import WantedSilence
from tocsin.comms import updates, wording
from tocsin.comms.model import TemplateKind, UpdateDraft, Wording
from tocsin.db.database import Database
from tocsin.incidents import attachments, tasks
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.incidents.regrading import change_severity
from tocsin.incidents.task_model import TaskDraft
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.matchers import parse_matcher
from tocsin.kernel.tx import Tx
from tocsin.mitigation import service as mitigation
from tocsin.mitigation.model import MitigationDraft
from tocsin.postmortems import service as postmortems

CORPUS: dict[str, str] = {
    "script": "<script>window.pwned=1</script>",
    "attribute": "\" onmouseover=window.pwned=1 autofocus onfocus=window.pwned=1 x='",
    "image": "<img src=x onerror=window.pwned=1>",
    "svg": "<svg onload=window.pwned=1><animate onbegin=window.pwned=1 attributeName=x dur=1s>",
    "link": "[click](javascript:window.pwned=1) javascript:window.pwned=1",
    "frame": "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "style": "</style><style>*{display:none}</style>",
    "comment": "--></title></textarea></select><script>window.pwned=1</script><!--",
    "template": "{{ 7*7777 }} {% for x in range(9**9) %} ${7*7777} #{7*7777}",
    "mention": "<!channel> <@U012> @everyone",
    "formula": '=HYPERLINK("http://evil.example","x") @SUM(1) +1-1|cmd|\' /C calc\'!A1',
    "header": "x\r\nBcc: evil@example.com\r\n\r\n<b>",
    "bidi": "\u202egpj.exe\u2066 \u200b\u2028 \u00ad",
    "control": "\x1b[31m\x1b]0;owned\x07\x08\x7f",
    "htmx": "<div hx-get=/sign-out hx-trigger=load></div><hx-partial hx-target=body>gone</hx-partial>",
    "entity": "&lt;script&gt;window.pwned=1&lt;/script&gt; &#60;b&#62;",
}
LONG = "W" * 400
"""A word that no line holds; fields that take more get `VERY_LONG`, and those that take whole pages `HUGE`."""
VERY_LONG = "M" * 15_000
HUGE = "H" * 64_000

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20)

SHORT = [*CORPUS.values(), LONG[:200]]
WHOLE = "\n".join([*CORPUS.values(), LONG])

Plant = Callable[[Tx, str], Awaitable[str]]
"""Writes a text into one field; gives the path of a page that shows it."""


async def _declare(tx: Tx, **said: str) -> str:
    title = said.pop("title", "Checkout answers 500")
    incident = await incidents.declare(tx, Declaration(title=title, by="@alice", **said))  # type: ignore[arg-type]
    return f"/incidents/{incident_ref(incident.number)}"


async def title(tx: Tx, text: str) -> str:
    return await _declare(tx, title=text)


async def summary(tx: Tx, text: str) -> str:
    return await _declare(tx, summary=text, impact=text)


async def _in_a_room(tx: Tx, write: Callable[[Tx, int], Awaitable[object]]) -> str:
    incident = await incidents.declare(tx, Declaration(title="Checkout answers 500", by="@alice"))
    await write(tx, incident.id)
    return f"/incidents/{incident_ref(incident.number)}"


async def note(tx: Tx, text: str) -> str:
    return await _in_a_room(tx, lambda tx, id_: incidents.add_note(tx, id_, "@alice", text, "decision"))


async def reason(tx: Tx, text: str) -> str:
    return await _in_a_room(tx, lambda tx, id_: change_severity(tx, id_, "SEV-2", "@alice", text))


async def resolution(tx: Tx, text: str) -> str:
    return await _in_a_room(
        tx, lambda tx, id_: incidents.resolve(tx, id_, "@alice", text, resolution=text, root_cause=text)
    )


async def task(tx: Tx, text: str) -> str:
    return await _in_a_room(tx, lambda tx, id_: tasks.add_task(tx, id_, TaskDraft(text, None), "@alice"))


async def update(tx: Tx, text: str) -> str:
    draft = UpdateDraft(text=text, done=(text[:200],), planned=(text[:200],))
    return await _in_a_room(tx, lambda tx, id_: updates.post_update(tx, id_, draft, "@alice"))


async def what_is_done(tx: Tx, text: str) -> str:
    draft = MitigationDraft(what=text, way_back=text)
    return await _in_a_room(tx, lambda tx, id_: mitigation.begin(tx, id_, draft, "@alice"))


async def file_name(tx: Tx, text: str) -> str:
    return await _in_a_room(tx, lambda tx, id_: attachments.attach(tx, id_, f"{text}.png", PICTURE, "@alice"))


async def page_of_a_postmortem(tx: Tx, text: str) -> str:
    incident = await incidents.declare(tx, Declaration(title="Checkout answers 500", by="@alice"))
    draft = await postmortems.draft(tx, incident.id, "@alice")
    await postmortems.edit(tx, incident.id, f"# What happened\n\n{text}", draft.version, "@alice")
    return f"/postmortems/{incident_ref(incident.number)}"


async def template(tx: Tx, text: str) -> str:
    """What would be a template of its own stays text; what such a one may do is said in `rules/comms`."""
    plain = text.replace("{", "{ ").replace("\r\n", "\n")
    await wording.edit_template(tx, TemplateKind.DECLARATION, Wording("Declared", plain), "@alice")
    return "/settings/templates/declaration"


async def silence(tx: Tx, text: str) -> str:
    wanted = WantedSilence(
        matchers=(parse_matcher("alertname=x"),),
        starts_at=tx.now,
        ends_at=tx.now + timedelta(hours=1),
        created_by="@alice",
        comment=text,
    )
    return f"/silences/{await silences.set_silence(tx, wanted)}"


async def maintenance(tx: Tx, text: str) -> str:
    number = await accounts.open_scope(tx, f"for a name {text}", [])
    draft = MaintenanceDraft(
        name=f"work-{number}",
        services=("checkout",),
        starts_at=tx.now + timedelta(hours=1),
        ends_at=tx.now + timedelta(hours=2),
        reason=text,
    )
    await maintenances.add_maintenance(tx, draft, "@alice")
    return "/maintenance"


async def display_name(tx: Tx, text: str) -> str:
    user = await accounts.get_user_by_name(tx.conn, "victor")
    draft = draft_of(user)
    named = type(draft)(name=draft.name, email=draft.email, role=draft.role, display_name=text[:200])
    await accounts.upsert_user(tx, named, managed_by=None, actor="@alice")
    return "/settings/people"


async def browser_name(tx: Tx, text: str) -> str:
    user = await accounts.get_user_by_name(tx.conn, "victor")
    secret = await sign_in.issue_one_time_link(tx, user.id, Purpose.INVITATION)
    await sign_in.redeem_one_time_link(tx, secret, text, text)
    return "/settings/people/victor"


async def token_name(tx: Tx, text: str) -> str:
    user = await accounts.get_user_by_name(tx.conn, "victor")
    await sign_in.create_token(tx, user, text[:100], actor="@alice")
    return "/settings/people/victor"


FIELDS: dict[str, tuple[Plant, int]] = {
    # field            who writes it   characters that it takes
    "title": (title, 300),
    "summary": (summary, 4_000),
    "note": (note, 20_000),
    "reason": (reason, 2_000),
    "resolution": (resolution, 2_000),
    "task": (task, 300),
    "update": (update, 2_000),
    "mitigation": (what_is_done, 500),
    "file name": (file_name, 200),
    "postmortem": (page_of_a_postmortem, 200_000),
    "template": (template, 8_000),
    "silence": (silence, 2_000),
    "maintenance": (maintenance, 300),
    "display name": (display_name, 200),
    "browser": (browser_name, 200),
    "token": (token_name, 100),
}


def texts(limit: int) -> list[str]:
    """The corpus in as few texts as the field's length allows."""
    if limit >= len(WHOLE) + len(HUGE):
        return [f"{WHOLE}\n{HUGE}"]
    if limit >= len(WHOLE) + len(VERY_LONG):
        return [f"{WHOLE}\n{VERY_LONG}"]
    if limit >= len(WHOLE):
        return [WHOLE]
    return [text[:limit] for text in SHORT]


async def plant(db: Database, field: str) -> list[str]:
    """The corpus in one field; the paths of the pages that show it."""
    write, limit = FIELDS[field]
    paths: list[str] = []
    for text in texts(limit):
        async with db.transaction() as tx:
            paths.append(await write(tx, text))
    return list(dict.fromkeys(paths))


async def plant_alerts(db: Database) -> list[str]:
    """Everything that a monitoring system says: names of alerts, labels, their values, a description, an address."""
    desk = await open_desk(db, [{"match": ["job=hostile"], "hold": "it can wait"}])
    for name, text in CORPUS.items():
        await desk.receive(signal(alertname=text, job="hostile", kind=name, **{f"label_{name}": text}))
    return ["/alerts", "/alerts?q=x", "/silences/new?matchers=job%3Dhostile"]
