"""The forms below a postmortem: comments, what it cost, reviewers, who owns it, and its publication."""

from collections.abc import Awaitable, Callable

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.text import whole_number
from tocsin.kernel.tx import Tx
from tocsin.postmortems import measurements, readers, review, saying, service, wiki
from tocsin.postmortems.figures import Figure
from tocsin.postmortems.review_model import CommentDraft, read_verdict
from tocsin.surfaces.web.given import GivenForm
from tocsin.surfaces.web.pages.postmortems.reading import GivenOpened, Opened, postmortem_path, work_on
from tocsin.surfaces.web.pages.postmortems.show import show_page
from tocsin.surfaces.web.visits import Form, viewer_of

Done = Response[str] | Redirect


@post("/postmortems/{ref:str}/comments")
async def add_comment(opened: GivenOpened, form: GivenForm) -> Done:
    """On the whole, or on a passage."""

    async def comment(tx: Tx, incident_id: int, by: str) -> None:
        await review.comment(tx, incident_id, CommentDraft(form.get("text", ""), form.get("quote", "")), by)

    return await _do(opened, form, "comment on", comment, "comments")


@post("/postmortems/{ref:str}/comments/{n:int}/resolve")
async def resolve_comment(n: FromPath[int], opened: GivenOpened, form: GivenForm) -> Done:
    """It is seen to, with an answer or without."""

    async def resolve(tx: Tx, incident_id: int, by: str) -> None:
        await review.resolve_comment(tx, incident_id, n, by, form.get("answer", ""))

    return await _do(opened, form, "comment on", resolve, "comments")


@post("/postmortems/{ref:str}/reviewers")
async def ask_for_review(opened: GivenOpened, form: GivenForm) -> Done:
    """These people shall read it."""

    async def ask(tx: Tx, incident_id: int, by: str) -> None:
        asked = review.ask_for_review(tx, incident_id, form.get("reviewers", "").split(","), by)
        await _of_field("reviewers", asked)

    return await _do(opened, form, "ask for a review of", ask, "review")


@post("/postmortems/{ref:str}/review")
async def give_review(opened: GivenOpened, form: GivenForm) -> Done:
    """What the viewer thinks of the version that they have read."""

    async def give(tx: Tx, incident_id: int, by: str) -> None:
        verdict = read_verdict(form.get("verdict", ""))
        await review.give_review(tx, incident_id, by, verdict, form.get("note", ""), version_of(form))

    return await _do(opened, form, "review", give, "review")


@post("/postmortems/{ref:str}/owner")
async def assign_owner(opened: GivenOpened, form: GivenForm) -> Done:
    """This person sees to it from now on."""

    async def assign(tx: Tx, incident_id: int, by: str) -> None:
        await _of_field("owner", service.assign_owner(tx, incident_id, form.get("owner", "").strip(), by))

    return await _do(opened, form, "assign", assign)


@post("/postmortems/{ref:str}/publish")
async def publish(opened: GivenOpened, form: GivenForm) -> Done:
    """It is done; with gaps it needs a reason."""

    async def make_public(tx: Tx, incident_id: int, by: str) -> None:
        await review.publish(tx, incident_id, by, form.get("reason", ""))

    return await _do(opened, form, "publish", make_public)


@post("/postmortems/{ref:str}/read")
async def mark_read(opened: GivenOpened, form: GivenForm) -> Done:
    """The viewer has read the version that is published."""

    async def mark(tx: Tx, incident_id: int, by: str) -> None:
        await readers.mark_read(tx, incident_id, viewer_of(opened.visit).user_id)

    return await _do(opened, form, "mark as read", mark, "readers")


@post("/postmortems/{ref:str}/cost")
async def say_cost(opened: GivenOpened, form: GivenForm) -> Done:
    """Figures with their source; what is left empty stays as it was said."""
    said = {figure.value: form[figure] for figure in Figure if form.get(figure, "").strip()}

    async def say(tx: Tx, incident_id: int, by: str) -> None:
        await saying.say_impact(tx, incident_id, said, form.get("source", ""), by)

    return await _do(opened, form, "say the cost in", say, "cost")


@post("/postmortems/{ref:str}/measure")
async def measure_again(opened: GivenOpened, form: GivenForm) -> Done:
    """A worker asks Prometheus; the page says so, and later what it said."""

    async def measure(tx: Tx, incident_id: int, by: str) -> None:
        await measurements.begin_again(tx, incident_id)

    return await _do(opened, form, "measure the cost in", measure, "cost")


@post("/postmortems/{ref:str}/wiki")
async def publish_to_wiki(opened: GivenOpened, form: GivenForm) -> Done:
    """It is written there by a worker; the page says how that went."""

    async def ask(tx: Tx, incident_id: int, by: str) -> None:
        overwrite, although_private = form.get("overwrite") == "yes", form.get("although_private") == "yes"
        await wiki.ask(tx, incident_id, by, opened.site.wiki, overwrite=overwrite, although_private=although_private)

    return await _do(opened, form, "publish", ask, "wiki")


def version_of(form: Form) -> int:
    """The version that the page showed. Raises Invalid."""
    said = whole_number(form.get("version", ""), 9)
    if said is None:
        raise Invalid("The form does not say which version it is about.", "Load the page again.", field="version")
    return said


async def _do(
    opened: Opened, form: Form, what: str, change: Callable[[Tx, int, str], Awaitable[None]], place: str = ""
) -> Done:
    """One change; back to the part of the page that it was made in, or the page again with why it was not."""
    try:
        async with opened.db.transaction() as tx:
            incident = await work_on(tx, opened.visit, opened.ref, what)
            await change(tx, incident.id, viewer_of(opened.visit).actor)
    except (Invalid, Refused) as problem:
        return await show_page(opened, problem=problem, typed=form)
    return Redirect(f"{postmortem_path(incident.number)}{f'#{place}' if place else ''}", status_code=303)


async def _of_field(field: str, change: Awaitable[object]) -> None:
    """A name that nobody has is a mistake in a field, not a page that is missing."""
    try:
        await change
    except NotFound as unknown:
        raise Invalid(unknown.message, unknown.remedy, field=field) from None
