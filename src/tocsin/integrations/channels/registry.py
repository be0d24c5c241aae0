"""All channels of this program: one line each. Adding one is a folder and its line here."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from email.headerregistry import Address
from email.utils import parseaddr
from functools import partial

from tocsin.delivery.keys import webhook_key
from tocsin.delivery.model import Outgoing, Receipt
from tocsin.delivery.ports import Channel
from tocsin.integrations.channels.email import send as email
from tocsin.integrations.channels.email.compose import Identity
from tocsin.integrations.channels.ntfy import send as ntfy
from tocsin.integrations.channels.webhook import send as webhook
from tocsin.kernel.addresses import AddressGuard, parse_network_list
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.signing import derive
from tocsin.kernel.smtp import GuardedSmtp, check_mail_address, parse_smtp_url
from tocsin.settings import Settings

ADDRESS_CHECKS: Mapping[str, Callable[[str], str]] = {
    "email": email.check_address,
    "webhook": webhook.check_address,
    "ntfy": ntfy.check_address,
}
KINDS = tuple(ADDRESS_CHECKS)
"""Kinds of contact that a file may name."""

_NO_SMTP = "no mail server is configured: set TOCSIN_SMTP_URL"


def check_address(kind: str, address: str) -> str:
    """The normal form of a contact's address. Raises Invalid for an unknown kind or an address that cannot be used."""
    check = ADDRESS_CHECKS.get(kind)
    if check is None:
        raise Invalid(f"{kind!r} is no way to reach a person.", f"Use one of {', '.join(KINDS)}.", field=kind)
    return check(address)


def why_not_configured(kind: str, settings: Settings) -> str | None:
    """What is missing before this kind can be sent at all; None when nothing is (`plan` and `doctor` ask)."""
    return _NO_SMTP if kind == "email" and not settings.smtp_url else None


@asynccontextmanager
async def open_channels(settings: Settings) -> AsyncGenerator[dict[str, Channel]]:
    """Every kind, also those that lack configuration: they fail each delivery at once and say what to set."""
    guard = AddressGuard(parse_network_list(",".join(settings.allowed_networks)))
    async with GuardedHttp(guard) as http:
        smtp = _smtp(settings, guard)
        try:
            yield {
                "email": email.EmailChannel(smtp, _identity(settings)) if smtp else Unconfigured("email", _NO_SMTP),
                "webhook": webhook.WebhookChannel(http, partial(webhook_key, settings.secret_key)),
                "ntfy": ntfy.NtfyChannel(http),
            }
        finally:
            if smtp:
                smtp.close()


class Unconfigured:
    """A channel that says what is missing. Serves `delivery.ports.Channel`."""

    timeout = timedelta(seconds=1)

    def __init__(self, kind: str, missing: str) -> None:
        self.kind = kind
        self._missing = missing

    def endpoint(self, address: str) -> str:
        return self.kind

    async def send(self, outgoing: Outgoing) -> Receipt:
        raise SendFailed(FailureReason.REJECTED, self._missing)


def _smtp(settings: Settings, guard: AddressGuard) -> GuardedSmtp | None:
    if not settings.smtp_url:
        return None
    sender = _sender(settings)
    return GuardedSmtp(parse_smtp_url(settings.smtp_url), guard, ehlo_name=sender.domain)


def _identity(settings: Settings) -> Identity:
    sender = _sender(settings)
    return Identity(sender, sender.domain, derive(settings.secret_key, "mail-thread").hex()[:8])


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
