"""Letting somebody in: a new person, or one who has lost their password, by a link that works once (SEC-2).

Where mail can be sent the link is mailed, and whoever asked sees it besides. It is derived from the letter's id: no row
holds it.
"""

from datetime import timedelta

from msgspec import Struct

from tocsin.accounts import people, sign_in
from tocsin.accounts.model import Purpose, User, UserDraft
from tocsin.accounts.rules import LINK_LASTS
from tocsin.accounts.service import get_user_by_name
from tocsin.delivery.keys import AckLinks
from tocsin.delivery.model import MessageView, Notification, Outsider, Urgency
from tocsin.delivery.model import Purpose as Occasion
from tocsin.delivery.service import notify
from tocsin.kernel.tx import Tx

EMAIL = "email"


class Entry(Struct, frozen=True):
    """`secret` is that of the link; `mailed_to` the address that it is on its way to, None: it is to be handed over."""

    user: User
    secret: str
    mailed_to: str | None


async def invite(tx: Tx, draft: UserDraft, by: str, links: AckLinks | None) -> Entry:
    """A new person with their link. `links` None: no mail can be sent. Raises Refused for a name that is taken."""
    return await _let_in(tx, await people.add_person(tx, draft, by), by, links)


async def let_in_again(tx: Tx, name: str, by: str, links: AckLinks | None) -> Entry:
    """A new link, an invitation again or for a lost password; the links before it stop working. Raises NotFound."""
    return await _let_in(tx, await get_user_by_name(tx.conn, name), by, links)


async def _let_in(tx: Tx, user: User, by: str, links: AckLinks | None) -> Entry:
    purpose = Purpose.PASSWORD_RESET if user.has_password else Purpose.INVITATION
    if links is None or not user.email or user.is_disabled:
        return Entry(user, await sign_in.issue_one_time_link(tx, user.id, purpose, actor=by), None)
    (letter,) = await notify(tx, _letter(user, user.email, purpose, by))
    secret = await sign_in.issue_one_time_link(tx, user.id, purpose, actor=by, secret=links.entry_secret(letter))
    return Entry(user, secret, user.email)


def _letter(user: User, address: str, purpose: Purpose, by: str) -> Notification:
    """To the account's own address and no other contact: whoever reads it is let in."""
    return Notification(
        user_id=None,
        outsider=Outsider(user.name, EMAIL, address),
        topic=topic_of_letters(user.id),
        purpose=Occasion.NOTICE,
        urgency=Urgency.LOW,
        message=letter_of(user.display_name or user.name, user.name, purpose, by),
    )


def topic_of_letters(user_id: int) -> str:
    return f"entry/{user_id}"


def letter_of(called: str, name: str, purpose: Purpose, by: str) -> MessageView:
    """What it says."""
    lasts = in_words(LINK_LASTS[purpose])
    how = f"The link opens for {lasts}, and works once: press its button, and choose a password."
    if purpose is Purpose.INVITATION:
        title = f"{called}, you are invited to Tocsin"
        what = f"{by} has made an account for you; you sign in as {name}. {how} Later, sign in with name and password."
    else:
        title = f"{called}, choose a new password for Tocsin"
        what = f"{by} has made a link for you to sign in as {name} without a password. {how}"
    warning = "Whoever opens it is taken for you, so do not pass it on. Did you not expect it? Then tell who sent it."
    return MessageView(title=title, subject=title, what=f"{what}\n\n{warning}", lets_in=True)


def in_words(span: timedelta) -> str:
    """ "7 days", "1 hour" """
    count, unit = (span.days, "day") if span >= timedelta(days=1) else (span // timedelta(hours=1), "hour")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
