"""The contact card of the pager on the wire."""

import msgspec


class ContactCard(msgspec.Struct, kw_only=True):
    """`card` is a vCard 4.0 (RFC 6350) with these numbers, which are E.164."""

    numbers: list[str]
    card: str
