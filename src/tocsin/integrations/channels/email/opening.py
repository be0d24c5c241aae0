"""E-mail as the settings have it: by which server, from whom."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email.headerregistry import Address
from email.utils import parseaddr

from tocsin.delivery.ports import Channel
from tocsin.integrations.channels.definition import ChannelKind, Wires
from tocsin.integrations.channels.email.compose import Identity
from tocsin.integrations.channels.email.return_path import return_path
from tocsin.integrations.channels.email.send import EmailChannel, check_address
from tocsin.kernel.errors import Invalid
from tocsin.kernel.signing import derive
from tocsin.kernel.smtp import GuardedSmtp, check_mail_address, parse_smtp_url
from tocsin.settings import Settings


def _missing(settings: Settings) -> str | None:
    return None if settings.smtp_url else "no mail server is configured: set TOCSIN_SMTP_URL"


@asynccontextmanager
async def _open(wires: Wires) -> AsyncGenerator[Channel]:
    sender = _sender(wires.settings)
    thread = derive(wires.settings.secret_key, "mail-thread").hex()[:8]
    smtp = GuardedSmtp(parse_smtp_url(wires.settings.smtp_url or ""), wires.guard, ehlo_name=sender.domain)
    try:
        path = return_path(wires.settings.mail_bounce_address, wires.settings.secret_key)
        yield EmailChannel(smtp, Identity(sender, sender.domain, thread), return_path=path)
    finally:
        smtp.close()


def _sender(settings: Settings) -> Address:
    name, address = parseaddr(settings.mail_from)
    try:
        return Address(name, addr_spec=check_mail_address(address))
    except ValueError as error:
        raise Invalid(
            f"TOCSIN_MAIL_FROM is {settings.mail_from!r}, which is no sender.",
            "Write it as Tocsin <tocsin@example.com>.",
            field="mail_from",
        ) from error


EMAIL = ChannelKind("email", check_address, _open, _missing)
