"""E-mail: one mail, one receiver, one connection to the operator's mail server."""

import time
from datetime import timedelta

from tocsin.delivery.model import Outgoing, Receipt
from tocsin.integrations.channels.email.compose import Identity, compose
from tocsin.integrations.channels.email.return_path import ReturnPath
from tocsin.kernel.errors import Invalid
from tocsin.kernel.smtp import GuardedSmtp, SmtpTimeout, check_mail_address

_TIMEOUT = SmtpTimeout()


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    try:
        return check_mail_address(address.strip())
    except ValueError as error:
        raise Invalid(f"{address[:80]!r} is no e-mail address.", f"{error}.", field="email") from None


class EmailChannel:
    """Serves `delivery.ports.Channel`."""

    kind = "email"

    def __init__(
        self,
        smtp: GuardedSmtp,
        identity: Identity,
        timeout: SmtpTimeout = _TIMEOUT,
        return_path: ReturnPath | None = None,
    ) -> None:
        """Without a `return_path` what cannot be delivered comes back to the sender's own mailbox."""
        self._smtp = smtp
        self._identity = identity
        self._return_path = return_path
        self._timeout = timeout
        self.timeout = timedelta(seconds=timeout.total + 0.5)

    def endpoint(self, address: str) -> str:
        """All mail leaves by one server: it is what fails or holds."""
        return f"{self._smtp.server.host}:{self._smtp.server.port}"

    async def send(self, outgoing: Outgoing) -> Receipt:
        mail = compose(outgoing, self._identity, time.time())
        path = self._return_path
        answer = await self._smtp.send(
            mail,
            sender=path.of_delivery(outgoing.id) if path else self._identity.sender.addr_spec,
            to=outgoing.address,
            envelope_id=str(outgoing.id) if path else "",
            timeout=self._timeout,
        )
        return Receipt(answer=answer.line)
