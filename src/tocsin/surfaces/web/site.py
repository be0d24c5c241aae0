"""What the pages know of the installation they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tocsin.delivery.keys import AckLinks, DeviceProofs, WebhookSecret
from tocsin.delivery.spending import NO_CAPS, Caps
from tocsin.incidents.attachments import USUAL, FileLimits
from tocsin.postmortems.wiki_model import WikiPlace


@dataclass(frozen=True)
class Site:
    """`public_url` is how people reach us; `links` makes and reads the links of messages; `webhook_secret` gives what
    the messages to a contact are signed with; `devices` knows again a device that is woken. `has_mail`: mail can be
    sent. `file_limits`: what may be attached. `push_key` is what a browser is told about who will wake it.
    `unconfigured` are the kinds of contact that nothing can be sent by, with what is missing. `test_every`: how often
    people are tested, None: not by schedule. `caps`: in which currency texts and calls are paid for. `card`: the vCard
    with our numbers, empty without any. `wiki`: where postmortems are copied to.
    """

    public_url: str
    links: AckLinks
    webhook_secret: WebhookSecret
    devices: DeviceProofs
    has_mail: bool = False
    push_key: str = ""
    file_limits: FileLimits = USUAL
    unconfigured: Mapping[str, str] = field(default_factory=dict[str, str])
    test_every: timedelta | None = timedelta(days=7)
    caps: Caps = NO_CAPS
    card: str = ""
    wiki: WikiPlace | None = None

    @property
    def letters(self) -> AckLinks | None:
        """The links of letters; None while no mail can be sent."""
        return self.links if self.has_mail else None

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https:")

    @property
    def session_cookie(self) -> str:
        """`__Host-` binds a cookie to this very host, which browsers accept over HTTPS only."""
        return "__Host-tocsin" if self.is_https else "tocsin_session"
