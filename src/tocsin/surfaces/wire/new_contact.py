"""A contact as somebody types it, in the normal form of its channel: for the surfaces that know all channels."""

from collections.abc import Mapping

from tocsin.delivery.model import ContactDraft
from tocsin.integrations.channels.registry import KINDS, check_address
from tocsin.kernel.errors import Invalid, Refused

LONGEST = 2000


def read_contact(kind: str, address: str, unconfigured: Mapping[str, str]) -> ContactDraft:
    """`unconfigured`: kinds by which nothing can be sent, with what is missing. Raises Invalid, whose field is "kind"
    or "address", and Refused for such a kind: its code would never arrive.
    """
    if kind not in KINDS:
        raise Invalid(f"{kind[:40]!r} is no way to reach a person.", f"Use one of {', '.join(KINDS)}.", field="kind")
    if kind in unconfigured:
        raise Refused(f"Nobody can be reached by {kind} here yet.", f"For administrators: {unconfigured[kind]}.")
    if len(address) > LONGEST:
        raise Invalid("No address is that long.", f"Write {LONGEST} characters at most.", field="address")
    address = address.strip()
    if not address.isprintable():
        raise Invalid("There are signs in this address that nobody sees.", "Type it anew.", field="address")
    try:
        return ContactDraft(kind, check_address(kind, address))
    except Invalid as problem:
        raise Invalid(problem.message, problem.remedy, field="address") from None
