"""One press on the checklist of a room: an item is done, or is not after all."""

from litestar import post
from litestar.params import FromPath

from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import whole_number
from tocsin.room import checklists
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of


@post("/incidents/{ref:str}/checklist")
async def tick_item(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """`item` is its number on the list, `ticked` "no" takes a tick back."""
    item = whole_number(form.get("item", ""), 3)
    if item is None:
        raise Invalid("No item was chosen.", "Go back and press one.", field="item")
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "tick the checklist of")
        await checklists.tick(
            tx, incident.id, item, viewer_of(visit).actor, is_ticked=form.get("ticked", "yes") != "no"
        )
    return done(request, incident)
