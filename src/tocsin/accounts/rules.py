"""Pure decisions about names, passwords, tokens and attempts (SEC-2, SEC-3). No store, no clock."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from tocsin.accounts.model import Attempts, Purpose, Role, UserDraft
from tocsin.kernel.errors import Invalid, TooManyAttempts

SESSION_LASTS = timedelta(days=14)
LINK_LASTS = {
    Purpose.FIRST_ADMINISTRATOR: timedelta(days=1),
    Purpose.INVITATION: timedelta(days=7),
    Purpose.PASSWORD_RESET: timedelta(hours=1),
}
TOKEN_LASTS = timedelta(days=90)
TOKEN_LASTS_AT_MOST = timedelta(days=366)

ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_ACCOUNT = 10
ATTEMPTS_PER_ADDRESS = 30
REFUSALS_WRITTEN = 300
"""Refused sign-ins that the audit log takes in one window, whoever they come from."""

PASSWORD_LENGTH = (12, 256)

_SLUG = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}@[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]{1,253}")


def check_slug(value: str, field: str = "name") -> str:
    """A name is how everything refers to everything: small letters, digits, dot, dash, underscore, at most 64."""
    if not _SLUG.fullmatch(value):
        raise Invalid(
            f"{value!r} is not a name.",
            "Use small letters, digits, dots, dashes or underscores, beginning and ending with a letter or digit.",
            field=field,
        )
    return value


def check_user(draft: UserDraft) -> UserDraft:
    """The draft itself when it is sound; raises Invalid naming the field."""
    check_slug(draft.name)
    if draft.email is not None and not _EMAIL.fullmatch(draft.email):
        raise Invalid(f"{draft.email!r} is not an e-mail address.", "Write it as name@example.com.", field="email")
    if len(draft.display_name) > 200:
        raise Invalid("The display name is longer than 200 characters.", "Shorten it.", field="display_name")
    check_time_zone(draft.time_zone)
    return draft


def check_time_zone(name: str | None) -> None:
    """A zone of the IANA database, or None for the organisation's own."""
    if name is None:
        return
    if name not in available_timezones():
        raise Invalid(f"There is no time zone {name!r}.", "Write it as Europe/Berlin or UTC.", field="time_zone")
    ZoneInfo(name)


def check_password(password: str, name: str, email: str | None) -> None:
    """Long, and not the person's own name. Rules about kinds of characters make passwords worse (NIST 800-63B)."""
    shortest, longest = PASSWORD_LENGTH
    if not shortest <= len(password) <= longest:
        raise Invalid(
            f"A password has {shortest} to {longest} characters; this one has {len(password)}.",
            "A few unrelated words make a good one.",
            field="password",
        )
    if password.casefold().strip() in {name.casefold() * 2, (email or "").casefold()}:
        raise Invalid("The password is the person's own name.", "Choose another.", field="password")
    if len(set(password)) < 5:
        raise Invalid("The password repeats the same few characters.", "Choose another.", field="password")


def lower_role(role: Role, cap: Role) -> Role:
    """What a token may do: the lower of its owner's role now and its own cap."""
    return min(role, cap, key=lambda each: each.rank)


def token_expiry(now: datetime, lasts: timedelta | None) -> datetime:
    """When a new token ends; every token ends (SEC-3)."""
    asked = TOKEN_LASTS if lasts is None else lasts
    if not timedelta(0) < asked <= TOKEN_LASTS_AT_MOST:
        raise Invalid(
            "A token lasts at least a moment and at most 366 days.", "Ask for a shorter time.", field="expires"
        )
    return now + asked


def check_attempts(account: Attempts, address: Attempts | None, now: datetime) -> None:
    """Raise TooManyAttempts when this attempt is one too many for the account or the address (SEC-2).

    Each counts the present attempt; `address` None: nobody knows where it comes from.
    """
    spent = [account.began_at] if account.number > ATTEMPTS_PER_ACCOUNT else []
    if address is not None and address.number > ATTEMPTS_PER_ADDRESS:
        spent.append(address.began_at)
    if not spent:
        return
    seconds = max(1, int((max(spent) + ATTEMPT_WINDOW - now).total_seconds()))
    raise TooManyAttempts(
        "Too many attempts to sign in.",
        f"Try again in {-(-seconds // 60)} min, or ask an administrator for a link: tocsin admin user link NAME",
        retry_after=seconds,
    )


def is_first_too_many(account: Attempts, address: Attempts | None) -> bool:
    """Whether a limit is passed this very moment: the one refusal of a flood that the audit log needs."""
    passed = [account.number == ATTEMPTS_PER_ACCOUNT + 1]
    if address is not None:
        passed.append(address.number == ATTEMPTS_PER_ADDRESS + 1)
    return any(passed)


def is_worth_an_entry(refusals: Attempts) -> bool:
    """Whether a refused sign-in is written on the audit log: a flood from everywhere may not fill it (SEC-8)."""
    return refusals.number <= REFUSALS_WRITTEN


def is_end_of_entries(refusals: Attempts) -> bool:
    """Whether this is the refusal at which the log says that it leaves the following ones out."""
    return refusals.number == REFUSALS_WRITTEN + 1
