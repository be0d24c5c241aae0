"""Use cases of templates: read them, change one, take it back to how it ships, and word a message by one (COM-1)."""

from tocsin.accounts.service import audit
from tocsin.comms import template_store, templates
from tocsin.comms.model import Rendered, Template, TemplateKind, Values, Wording
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Refused
from tocsin.kernel.tx import Tx


async def list_templates(conn: Conn) -> list[Template]:
    """Every occasion, in the order of an incident's life."""
    edited = {row.kind: row for row in await template_store.list_edited(conn)}
    return [_template(kind, edited.get(kind)) for kind in TemplateKind]


async def get_template(conn: Conn, kind: TemplateKind) -> Template:
    """One occasion as it is worded now."""
    return _template(kind, await template_store.find_edited(conn, kind))


async def edit_template(tx: Tx, kind: TemplateKind, wording: Wording, by: str) -> Template:
    """Words it so from now on. Raises Invalid that names the line of what is wrong."""
    wording = Wording(wording.subject.strip(), wording.body.replace("\r\n", "\n").strip("\n"))
    templates.check(kind, wording)
    row = template_store.EditedRow(kind, wording.subject, wording.body, by, tx.now)
    await template_store.upsert_edited(tx.conn, row)
    await audit(tx, by, "changed the template of", f"{kind} messages")
    return _template(kind, row)


async def reset_template(tx: Tx, kind: TemplateKind, by: str) -> Template:
    """Words it as it ships again. Raises Refused when it is."""
    if not await template_store.delete_edited(tx.conn, kind):
        raise Refused(f"The template of {kind} messages is as it ships.", "There is nothing to take back.")
    await audit(tx, by, "took back the template of", f"{kind} messages")
    return _template(kind, None)


async def word(conn: Conn, kind: TemplateKind, values: Values) -> Rendered:
    """A message by the template of its occasion."""
    row = await template_store.find_edited(conn, kind)
    return templates.render(kind, Wording(row.subject, row.body) if row is not None else None, values)


def _template(kind: TemplateKind, row: template_store.EditedRow | None) -> Template:
    if row is None:
        return Template(kind=kind, wording=templates.shipped(kind))
    wording = Wording(row.subject, row.body)
    return Template(
        kind=kind,
        wording=wording,
        edited_by=row.edited_by,
        edited_at=row.edited_at,
        problem=templates.problem_of(kind, wording),
    )
