"""Postmortem templates of one's own, as the configuration says them (PMT-2), beside those that ship."""

from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Tx
from tocsin.postmortems import template_store as store
from tocsin.postmortems.templates import Template, known_templates


async def list_known(conn: Conn) -> dict[str, Template]:
    """By name: every template that a draft can be made with."""
    return known_templates(await store.list_templates(conn))


async def list_templates(conn: Conn) -> list[Template]:
    """One's own as they were written, by name."""
    return await store.list_templates(conn)


async def put_template(tx: Tx, wanted: Template) -> None:
    """Make the template exactly this."""
    await store.upsert_template(tx.conn, wanted)


async def remove_template(tx: Tx, name: str) -> None:
    """The template is gone; what was drafted with it stays as it reads."""
    await store.delete_template(tx.conn, name)
