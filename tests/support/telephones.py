"""Twilio at the other end, signing with its own library, and a gateway of one's own: what they tell us of a message."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import UUID
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

from tests.support.asgi import Said, ask, not_here
from tocsin.db.database import Database
from tocsin.delivery.keys import callback_links
from tocsin.kernel.asgi import Application
from tocsin.provider_settings import Inbound, Twilio
from tocsin.settings import Settings
from tocsin.surfaces.callbacks import Callbacks

MASTER = bytes(range(32))
TOKEN, SHARED, GATEWAY_TOKEN = "auth-token-of-tests", "shared-key-of-tests", "gateway-token-of-tests"
SETTINGS = Settings(
    data_dir=Path("/nowhere"),
    public_url="https://tocsin.example.com",
    secret_key=MASTER,
    twilio=Twilio(account_sid="AC0", auth_token=TOKEN, signing_secret=SHARED, number="+15557654321"),
    gateway=Inbound(token=GATEWAY_TOKEN),
)
LINKS = callback_links(MASTER, SETTINGS.public_url)


@dataclass
class Telephones:
    """What providers tell the installation in front of this database. `settings` may be replaced by a test."""

    db: Database
    settings: Settings = field(default=SETTINGS)

    @property
    def app(self) -> Application:
        return Callbacks(self.db, self.settings, not_here)

    async def twilio(self, url: str, *, signature: str | None = None, **form: str) -> Said:
        """A callback of Twilio's to this address of ours."""
        said = RequestValidator(TOKEN).compute_signature(url, form) if signature is None else signature
        return await self.post(url, {"X-Twilio-Signature": said}, form)

    async def twilio_with_shared_key(self, url: str, **form: str) -> Said:
        """The same, signed with a key of its own."""
        said = RequestValidator(SHARED).compute_signature(url, form, "HMAC_SHA256")
        scheme = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
        return await self.post(url, {"X-Twilio-Signature": said, "X-Twilio-Webhooks-Signature-Settings": scheme}, form)

    async def post(self, url: str, headers: dict[str, str], form: dict[str, str]) -> Said:
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        return await ask(self.app, "POST", target, {**form_type, **headers}, urlencode(form).encode())

    async def texts(self, number: str, words: str) -> str:
        """Somebody writes to our number; what they get back."""
        answer = await self.twilio(f"{self.settings.public_url}/callbacks/twilio/texts", From=number, Body=words)
        return spoken(answer)

    async def presses(self, delivery_id: UUID, key: str) -> str:
        """Somebody presses a key in a call; what they hear."""
        return spoken(await self.twilio(LINKS.url_for("twilio/keys", delivery_id), CallSid="CA1", Digits=key))

    async def call_ends(self, delivery_id: UUID, status: str, sid: str = "CA1") -> None:
        url = LINKS.url_for("twilio/calls", delivery_id)
        assert (await self.twilio(url, CallSid=sid, CallStatus=status)).status == 204

    async def text_is(self, delivery_id: UUID, status: str, **more: str) -> None:
        url = LINKS.url_for("twilio/texts", delivery_id)
        assert (await self.twilio(url, MessageSid="SM1", MessageStatus=status, **more)).status == 204

    def without(self, **sections: object) -> "Telephones":
        return replace(self, settings=replace(self.settings, **sections))  # type: ignore[arg-type]


def spoken(answer: Said) -> str:
    """What TwiML says, as it is heard or read."""
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return " ".join(text.strip() for text in ElementTree.fromstring(answer.body).itertext() if text.strip())
