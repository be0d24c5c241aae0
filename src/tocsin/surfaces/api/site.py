"""What the API knows of the installation it belongs to."""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from tocsin.config.plan import unconfigured_channels
from tocsin.delivery.keys import WebhookSecret, webhook_secret
from tocsin.settings import Settings


class Site(NamedTuple):
    """`public_url` is how people reach us, without a slash at its end; `unconfigured` are the kinds of contact that
    nothing can be sent by, with what is missing; `webhook_secret` gives what the messages to a contact are signed with.
    """

    public_url: str
    unconfigured: Mapping[str, str]
    webhook_secret: WebhookSecret


def site_of(settings: Settings) -> Site:
    return Site(
        settings.public_url.rstrip("/"), unconfigured_channels(settings), partial(webhook_secret, settings.secret_key)
    )
