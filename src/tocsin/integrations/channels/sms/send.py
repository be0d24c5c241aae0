"""SMS: texts through Twilio's API, or through any HTTP gateway by a template."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from tocsin.delivery.keys import reply_code, reply_key
from tocsin.delivery.model import Outgoing, Receipt
from tocsin.integrations.channels.definition import ChannelKind, Wires, over_http
from tocsin.integrations.channels.sms.segments import cost_of
from tocsin.integrations.channels.sms.wording import text_of
from tocsin.integrations.telephony.carrier import Carrier, check_number
from tocsin.integrations.telephony.gateway import HttpGateway
from tocsin.integrations.telephony.gateway_words import TEXTS as GATEWAY_TEXTS
from tocsin.integrations.telephony.prices import at_cost, price_of
from tocsin.integrations.telephony.provider import Provider, Taken
from tocsin.integrations.telephony.reach import CallbackOf, callback_of, callback_of_twilio
from tocsin.integrations.telephony.twilio import TwilioApi
from tocsin.integrations.telephony.twilio_words import TEXTS
from tocsin.kernel.http import HttpTimeout
from tocsin.provider_settings import Twilio
from tocsin.setting_readers import Prices
from tocsin.settings import Settings

AWAITS = timedelta(minutes=2)
"""How long the network may take to say that a text has arrived."""

_TIMEOUT = HttpTimeout()
CodeOf = Callable[[UUID, str], str]
"""The reply code of a delivery to a number."""


def check_address(address: str) -> str:
    """The number in E.164. Raises Invalid."""
    return check_number(address, "sms", "reached")


class SmsChannel:
    """Serves `delivery.ports.Channel` and `Priced`. `code_of` is None where answers do not reach us, `awaits` where
    the provider does not tell us what became of a text; a text of which nothing is heard counts as arrived.
    """

    kind = "sms"

    def __init__(
        self,
        provider: Provider[str],
        most: int,
        code_of: CodeOf | None = None,
        awaits: timedelta | None = None,
        prices: Prices = (),
        timeout: HttpTimeout = _TIMEOUT,
    ) -> None:
        self._provider = provider
        self._most = most
        self._code_of = code_of
        self._awaits = awaits
        self._prices = prices
        self.timeout = timedelta(seconds=timeout.total + 0.5)

    def endpoint(self, address: str) -> str:
        return self._provider.endpoint

    def price(self, outgoing: Outgoing) -> Decimal | None:
        return self._price_of_text(outgoing, self._text(outgoing))

    async def send(self, outgoing: Outgoing) -> Receipt:
        text = self._text(outgoing)
        cost = self._price_of_text(outgoing, text)
        with at_cost(cost):
            taken = await self._provider.carry(outgoing, text)
        return Receipt(answer=taken.answer, ref=taken.ref, awaits=self._awaits, cost=cost)

    def _text(self, outgoing: Outgoing) -> str:
        code = self._code_of(outgoing.id, outgoing.address) if self._code_of else None
        return text_of(outgoing, code, self._most)

    def _price_of_text(self, outgoing: Outgoing, text: str) -> Decimal | None:
        return price_of(self._prices, outgoing.address, cost_of(text).segments)


class TwilioTexts:
    """Serves `Provider`."""

    def __init__(self, api: TwilioApi, account: Twilio, callback_of: CallbackOf | None = None) -> None:
        self._api = api
        self._account = account
        self._callback_of = callback_of

    @property
    def endpoint(self) -> str:
        return self._api.endpoint

    async def carry(self, outgoing: Outgoing, content: str) -> Taken:
        form = [("To", outgoing.address), sender_of(self._account), ("Body", content)]
        if self._callback_of is not None:
            form.append(("StatusCallback", self._callback_of(outgoing.id)))
        return await self._api.create("Messages", form, outgoing.now)


def sender_of(account: Twilio) -> tuple[str, str]:
    """A messaging service chooses among its numbers; without one, ours."""
    if account.messaging_service:
        return "MessagingServiceSid", account.messaging_service
    return "From", account.number or ""


class GatewayTexts:
    """Serves `Provider`."""

    def __init__(self, gateway: HttpGateway, callback_of: CallbackOf) -> None:
        self._gateway = gateway
        self._callback_of = callback_of

    @property
    def endpoint(self) -> str:
        return self._gateway.endpoint

    async def carry(self, outgoing: Outgoing, content: str) -> Taken:
        values = {
            "to": outgoing.address,
            "text": content,
            "id": str(outgoing.id),
            "link": outgoing.message.url,
            "callback": self._callback_of(outgoing.id),
        }
        return await self._gateway.carry(values, outgoing.now)


def carrier_of(settings: Settings) -> Carrier:
    return Carrier(settings.sms.provider, settings.sms_gateway, settings.twilio, "TOCSIN_SMS_GATEWAY_URL")


def missing(settings: Settings) -> str | None:
    carrier = carrier_of(settings)
    return carrier.missing() or (None if carrier.is_gateway else _missing_sender(settings.twilio))


def _missing_sender(account: Twilio) -> str | None:
    if account.number or account.messaging_service:
        return None
    return "set TOCSIN_TWILIO_NUMBER, or TOCSIN_TWILIO_MESSAGING_SERVICE"


def make(wires: Wires) -> SmsChannel:
    settings = wires.settings
    code_of = partial(reply_code, reply_key(settings.secret_key)) if settings.sms.replies else None
    awaits = AWAITS if is_told(settings) else None
    return SmsChannel(provider_of(wires), settings.sms.segments, code_of, awaits, settings.costs.sms)


def is_told(settings: Settings) -> bool:
    """Whether the provider tells us what became of a text."""
    if carrier_of(settings).is_gateway:
        template = settings.sms_gateway
        places = (template.url or "", template.body or "", *(value for _, value in template.headers))
        return any("{callback}" in place for place in places)
    return callback_of_twilio(settings, TEXTS) is not None


def provider_of(wires: Wires) -> Provider[str]:
    settings = wires.settings
    if carrier_of(settings).is_gateway:
        gateway = HttpGateway(wires.http, settings.sms_gateway, _TIMEOUT)
        return GatewayTexts(gateway, callback_of(settings, GATEWAY_TEXTS))
    api = TwilioApi(wires.http, settings.twilio, _TIMEOUT)
    return TwilioTexts(api, settings.twilio, callback_of_twilio(settings, TEXTS))


SMS = ChannelKind("sms", check_address, over_http(make), missing)
