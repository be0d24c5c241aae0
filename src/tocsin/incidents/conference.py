"""Where the people of an incident speak (WAR-4): the link that somebody set, else the organisation's pattern. Pure.

A pattern has the fields `{id}` (INC-7), `{slug}` (checkout-answers-500) and `{date:%Y-%m-%d}` (when it was declared,
UTC; any format of strftime).
"""

import re
import unicodedata
from string import Formatter
from urllib.parse import urlsplit

from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Invalid
from tocsin.kernel.ids import incident_ref

_LONGEST_SLUG = 40
_LONGEST_URL = 500
_FIELDS = ("id", "slug", "date")


def conference_url(incident: Incident, pattern: str | None) -> str | None:
    """None: neither a person nor the organisation has said where."""
    if incident.conference_url is not None or pattern is None:
        return incident.conference_url
    return fill(pattern, incident)


def fill(pattern: str, incident: Incident) -> str:
    """The pattern, which `check_pattern` has let through, for this incident."""
    return pattern.format(id=incident_ref(incident.number), slug=slug(incident.title), date=incident.declared_at)


def slug(title: str) -> str:
    """ "Checkout answers 500!" → "checkout-answers-500": whole words, at most 40 characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    made = ""
    for word in words:
        longer = f"{made}-{word}".strip("-")
        if len(longer) > _LONGEST_SLUG:
            break
        made = longer
    return made or (words[0][:_LONGEST_SLUG] if words else "incident")


def find_fault(pattern: str) -> str:
    """What is wrong with a pattern, empty: nothing. Only the three fields, plain, and a format only for the date."""
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        return "has a brace without its other half"
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if name not in _FIELDS or conversion:
            return f"has the field {{{name}}}; those known are {{id}}, {{slug}} and {{date:%Y-%m-%d}}"
        if (name == "date") != bool(form) or "{" in (form or "") or (form and "%" not in form):
            return f"has {{{name}}} in another form than {{id}}, {{slug}} and {{date:%Y-%m-%d}}"
    if not _is_web_address(pattern):
        return "is no web address: it begins with https://"
    return ""


def check_url(url: str) -> str:
    """A link that a person sets for one incident. Raises Invalid."""
    url = url.strip()
    if not _is_web_address(url) or len(url) > _LONGEST_URL or any(each.isspace() for each in url):
        raise Invalid(
            f"{url[:60]!r} is no web address.", "Write it whole, such as https://meet.example.com/INC-7.", field="url"
        )
    return url


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.netloc)
