"""What the API knows of the installation it belongs to."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from tocsin.config.plan import unconfigured_channels
from tocsin.delivery.entry import EMAIL
from tocsin.delivery.keys import AckLinks, WebhookSecret, ack_links, webhook_secret
from tocsin.delivery.spending import Caps, caps_of
from tocsin.incidents.attachments import FileLimits, file_limits_of
from tocsin.integrations.publishers.confluence.wiki import place_of
from tocsin.integrations.telephony.contact_card import caller_numbers, card_of
from tocsin.postmortems.wiki_model import WikiPlace
from tocsin.settings import Settings


class Site(NamedTuple):
    """`public_url` is how people reach us, without a slash at its end; `unconfigured` are the kinds of contact that
    nothing can be sent by, with what is missing; `webhook_secret` gives what the messages to a contact are signed with;
    `links` makes the links of letters; `file_limits`: what may be attached; `test_every`: how often people are tested,
    None: not by schedule; `caps`: what may be spent on texts and calls; `numbers` are those that they
    come from, and `card` is the vCard with them; `wiki` is where postmortems are copied to.
    """

    public_url: str
    unconfigured: Mapping[str, str]
    webhook_secret: WebhookSecret
    links: AckLinks
    file_limits: FileLimits
    test_every: timedelta | None
    caps: Caps
    numbers: tuple[str, ...]
    card: str
    wiki: WikiPlace | None = None

    @property
    def letters(self) -> AckLinks | None:
        """The links of letters; None while no mail can be sent."""
        return None if EMAIL in self.unconfigured else self.links


def site_of(settings: Settings) -> Site:
    return Site(
        settings.public_url.rstrip("/"),
        unconfigured_channels(settings),
        partial(webhook_secret, settings.secret_key),
        ack_links(settings.secret_key, settings.public_url),
        file_limits_of(settings),
        settings.reachability_test,
        caps_of(settings),
        caller_numbers(settings),
        card_of(settings),
        place_of(settings.confluence),
    )
