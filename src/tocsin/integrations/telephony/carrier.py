"""Who carries texts, or calls: Twilio, or a gateway of one's own; and what either lacks. Pure."""

from dataclasses import dataclass

from tocsin.integrations.telephony.twilio import missing_of
from tocsin.kernel.errors import Invalid
from tocsin.kernel.phone_numbers import parse_phone_number
from tocsin.provider_settings import Gateway, Twilio


@dataclass(frozen=True)
class Carrier:
    """Of one kind of message. `chosen` is twilio, gateway or None, `setting` the name of the gateway's address."""

    chosen: str | None
    gateway: Gateway
    account: Twilio
    setting: str

    @property
    def is_gateway(self) -> bool:
        """It was chosen, or it is what was set up."""
        if self.chosen is not None:
            return self.chosen == "gateway"
        return self.gateway.url is not None and self.account.account_sid is None

    def missing(self) -> str | None:
        """What lacks before anything can be asked of it."""
        if self.is_gateway:
            return None if self.gateway.url else f"set {self.setting}, the address of the gateway"
        lacking = missing_of(self.account)
        if lacking and self.chosen is None and self.account.account_sid is None:
            return f"{lacking}; or {self.setting} for a gateway of your own"
        return lacking


def check_number(address: str, field: str, deed: str) -> str:
    """The number in E.164. Raises Invalid; `deed` is what cannot be done with it, such as "called"."""
    try:
        return parse_phone_number(address)
    except ValueError as error:
        raise Invalid(
            f"This number cannot be {deed}: {error}.", "Write it with its country: +49 151 12345678.", field=field
        ) from None
