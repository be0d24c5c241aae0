"""What is pressed about the severity in the room: another level or the same against a proposal, what has become known
(CLS-3).
"""

from litestar import post
from litestar.params import FromPath

from tocsin.catalog.facts import Facts
from tocsin.incidents import facts_of, regrading
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import Form, viewer_of


@post("/incidents/{ref:str}/severity")
async def change_severity(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """With a reason; the level that it has declines what is proposed."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "change the severity of")
        level, reason = form.get("severity", ""), form.get("reason", "")
        await regrading.change_severity(tx, incident.id, level, viewer_of(visit).actor, reason)
    return done(request, incident)


@post("/incidents/{ref:str}/facts")
async def learn_facts(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """What differs from what is known; a field that was emptied is known no more."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "assess")
        known = await facts_of.get_known_words(tx.conn, incident.id)
        await facts_of.learn_facts(tx, incident.id, changed_facts(form, known), viewer_of(visit).actor)
    return done(request, incident)


def changed_facts(form: Form, known: dict[str, str]) -> dict[str, str]:
    """What a form says that was not known so."""
    said = {name: form[name].strip() for name in Facts._fields if name in form}
    return {name: text or "unknown" for name, text in said.items() if text != known.get(name, "")}
