"""Voice: a call that is read out until a key is pressed, through Twilio's API, or any HTTP gateway by a template.

Nothing but a key press is a delivery (PAG-12): the receipt says that the provider took it, and silence is a failure.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from tocsin.delivery.model import Delivery, Outgoing, Receipt, Word
from tocsin.integrations.channels.definition import ChannelKind, Wires, over_http
from tocsin.integrations.telephony import twiml
from tocsin.integrations.telephony.carrier import Carrier, check_number
from tocsin.integrations.telephony.gateway import HttpGateway
from tocsin.integrations.telephony.gateway_words import CALLS as GATEWAY_CALLS
from tocsin.integrations.telephony.prices import at_cost, price_of
from tocsin.integrations.telephony.provider import Provider, Taken
from tocsin.integrations.telephony.reach import CallbackOf, callback_of, is_public
from tocsin.integrations.telephony.script import Script, script
from tocsin.integrations.telephony.signatures import can_check
from tocsin.integrations.telephony.twilio import TwilioApi
from tocsin.integrations.telephony.twilio_words import CALLS, KEYS
from tocsin.kernel.http import HttpTimeout
from tocsin.provider_settings import Twilio
from tocsin.setting_readers import Prices
from tocsin.settings import Settings

RINGS_FOR = 30
"""Seconds, after which most voicemails answer."""
AWAITS = timedelta(minutes=4)
"""Ringing, reading it out, a voicemail that listens to the end; then it has failed, whatever the provider says not."""

_TIMEOUT = HttpTimeout()


def check_address(address: str) -> str:
    """The number in E.164. Raises Invalid."""
    return check_number(address, "voice", "called")


class Caller(Provider[Script], Protocol):
    """Who makes calls, and ends them where it can."""

    async def hang_up(self, sent: Delivery, now: datetime) -> None: ...


class VoiceChannel:
    """Serves `delivery.ports.Channel`, `Priced` and `TakesBack`."""

    kind = "voice"

    def __init__(self, provider: Caller, language: str, prices: Prices = (), timeout: HttpTimeout = _TIMEOUT) -> None:
        self._provider = provider
        self._language = language
        self._prices = prices
        self.timeout = timedelta(seconds=timeout.total + 0.5)

    def endpoint(self, address: str) -> str:
        return self._provider.endpoint

    def price(self, outgoing: Outgoing) -> Decimal | None:
        return price_of(self._prices, outgoing.address)

    async def send(self, outgoing: Outgoing) -> Receipt:
        cost = self.price(outgoing)
        with at_cost(cost):
            taken = await self._provider.carry(outgoing, script(outgoing.purpose, outgoing.message, self._language))
        return Receipt(answer=taken.answer, ref=taken.ref, awaits=AWAITS, on_silence=Word.FAILED, cost=cost)

    async def take_back(self, sent: Delivery, now: datetime) -> None:
        """A phone that rings, or reads out what nobody needs to hear any more, falls silent."""
        await self._provider.hang_up(sent, now)


class TwilioCalls:
    """Serves `Caller`."""

    def __init__(self, api: TwilioApi, account: Twilio, keys_of: CallbackOf, end_of: CallbackOf) -> None:
        self._api = api
        self._account = account
        self._keys_of = keys_of
        self._end_of = end_of

    @property
    def endpoint(self) -> str:
        return self._api.endpoint

    async def carry(self, outgoing: Outgoing, content: Script) -> Taken:
        form = [
            ("To", outgoing.address),
            ("From", self._account.number or ""),
            ("Twiml", twiml.call(content, self._keys_of(outgoing.id))),
            ("StatusCallback", self._end_of(outgoing.id)),
            ("StatusCallbackEvent", "completed"),
            ("Timeout", str(RINGS_FOR)),
        ]
        return await self._api.create("Calls", form, outgoing.now)

    async def hang_up(self, sent: Delivery, now: datetime) -> None:
        await self._api.update("Calls", sent.ref, [("Status", "completed")], now)


class GatewayCalls:
    """Serves `Caller`. `ending` is None where the gateway cannot end a call."""

    def __init__(self, gateway: HttpGateway, callback_of: CallbackOf, ending: HttpGateway | None = None) -> None:
        self._gateway = gateway
        self._callback_of = callback_of
        self._ending = ending

    @property
    def endpoint(self) -> str:
        return self._gateway.endpoint

    async def carry(self, outgoing: Outgoing, content: Script) -> Taken:
        values = {
            "to": outgoing.address,
            "text": " ".join(content.in_order()),
            "id": str(outgoing.id),
            "callback": self._callback_of(outgoing.id),
            "language": content.language,
        }
        return await self._gateway.carry(values, outgoing.now)

    async def hang_up(self, sent: Delivery, now: datetime) -> None:
        if self._ending is not None:
            await self._ending.carry({"to": sent.address, "id": str(sent.id), "ref": sent.ref}, now)


def carrier_of(settings: Settings) -> Carrier:
    return Carrier(settings.voice.provider, settings.voice_gateway, settings.twilio, "TOCSIN_VOICE_GATEWAY_URL")


def missing(settings: Settings) -> str | None:
    carrier = carrier_of(settings)
    return carrier.missing() or (None if carrier.is_gateway else _missing_for_keys(settings))


def _missing_for_keys(settings: Settings) -> str | None:
    """A call whose keys do not reach us is no page."""
    if settings.twilio.number is None:
        return "set TOCSIN_TWILIO_NUMBER, from which calls come"
    if not can_check(settings.twilio):
        return "set TOCSIN_TWILIO_AUTH_TOKEN or TOCSIN_TWILIO_SIGNING_SECRET, with which key presses are checked"
    if not is_public(settings.public_url):
        return "set TOCSIN_PUBLIC_URL to an address that Twilio reaches: key presses come there"
    return None


def make(wires: Wires) -> VoiceChannel:
    return VoiceChannel(provider_of(wires), wires.settings.voice.language, wires.settings.costs.voice)


def provider_of(wires: Wires) -> Caller:
    settings = wires.settings
    if carrier_of(settings).is_gateway:
        gateway = HttpGateway(wires.http, settings.voice_gateway, _TIMEOUT)
        ending = HttpGateway(wires.http, settings.voice_hang_up, _TIMEOUT) if settings.voice_hang_up.url else None
        return GatewayCalls(gateway, callback_of(settings, GATEWAY_CALLS), ending)
    api = TwilioApi(wires.http, settings.twilio, _TIMEOUT)
    return TwilioCalls(api, settings.twilio, callback_of(settings, KEYS), callback_of(settings, CALLS))


VOICE = ChannelKind("voice", check_address, over_http(make), missing)
