"""Where a mail comes back to: an address for each delivery (VERP), so that a bounce says by itself what it is about.

The token is derived from the delivery's id and a key; nothing is stored. It is written in small letters and digits, for
there are mail servers that change the case of a local part.
"""

import base64
import binascii
from dataclasses import dataclass, field
from uuid import UUID

from tocsin.kernel.signing import derive, sign_id, verify_id

_TOKEN = 52
"""Characters: 32 bytes in base 32."""


@dataclass(frozen=True)
class ReturnPath:
    """`address` is the operator's, such as bounces@in.example.com; `key` proves that a token is ours."""

    address: str
    key: bytes = field(repr=False)

    def of_delivery(self, delivery_id: UUID) -> str:
        """ "bounces+<token>@in.example.com", at most 64 characters before the @ (RFC 5321, 4.5.3.1.1)."""
        raw = base64.urlsafe_b64decode(sign_id(self.key, delivery_id) + "=")
        token = base64.b32encode(raw).decode().rstrip("=").lower()
        local, _, domain = self.address.rpartition("@")
        return f"{local}+{token}@{domain}"

    def read(self, recipient: str) -> UUID | None:
        """The delivery that a mail to this address is about; None for an address that we did not make. The domain may
        be another: a mail server in front may have changed it."""
        local, _, token = recipient.rpartition("@")[0].rpartition("+")
        own = self.address.rpartition("@")[0]
        if local.lower() != own.lower() or len(token) != _TOKEN or not token.isascii():
            return None
        try:
            raw = base64.b32decode(token.upper() + "====")
        except binascii.Error:
            return None
        return verify_id(self.key, base64.urlsafe_b64encode(raw).decode().rstrip("="))


def return_path(address: str | None, master: bytes) -> ReturnPath | None:
    """None without an address: then bounces go to the sender of our mails, and nobody reads them here."""
    return ReturnPath(address, derive(master, "mail-bounce")) if address else None
