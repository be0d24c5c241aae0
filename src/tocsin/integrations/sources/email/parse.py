"""A mail → a signal: the subject is the title, the text its summary, and a subject that says so ends it. Two mails are
the same alert when their subjects agree but for words such as PROBLEM, RECOVERY or `[FIRING:2]`."""

import re

from tocsin.alerts.model import Says, Signal, identity_of_key
from tocsin.integrations.sources.contract import Delivered, Parsed, json_answer, one_line, refuse_plainly
from tocsin.integrations.sources.email.message import Mail, Unreadable, read_mail
from tocsin.integrations.sources.email.options import Options, read_options

NO_SUBJECT = "(no subject)"
_WORDS = (
    r"firing|resolved|problem|recovery|recovered|ok|critical|warning|alert|alarm|error|down|up|cleared|closed|normal|"
    r"triggered|unknown|info|notice|unreachable"
)
_BEFORE = re.compile(
    rf"(?:(?:re|fwd?|aw|wg)\s*:|\[(?:{_WORDS})(?::\d+)?\]|(?:{_WORDS})(?!\w)|[^\w(\[])+", re.IGNORECASE
)
_AFTER = re.compile(rf"\s+(?:is|has|was)\s+(?:back to |now )?(?:{_WORDS}|up again)\W*$", re.IGNORECASE)
_CRITICAL = re.compile(r"\b(?:critical|crit|emergency|down|unreachable|fatal|p1)\b", re.IGNORECASE)


def parse(delivered: Delivered) -> Parsed:
    try:
        mail = read_mail(delivered.body)
    except Unreadable as error:
        return Parsed(answer=refuse_plainly(400, f"the message cannot be read: {error}"))
    if mail.is_automatic_reply:
        return Parsed(answer=refuse_plainly(422, "automatic replies, bounces and Tocsin's own mails are no alerts"))
    options = read_options(delivered.integration.options if delivered.integration else {})
    answer = json_answer(202, {"status": "success", "accepted": 1})
    return Parsed(signals=[read_signal(mail, options)], answer=answer)


def read_signal(mail: Mail, options: Options) -> Signal:
    ends = options.resolved.search(mail.subject) is not None
    key = key_of(mail, options)
    critical = _CRITICAL.search(mail.subject) is not None
    severity = "critical" if critical and not ends else options.severity
    labels = {"subject": bare_subject(mail.subject), "from": mail.sender, "severity": severity}
    return Signal(
        identity=identity_of_key(key),
        says=Says.RESOLVED if ends else Says.FIRING,
        labels={name: value for name, value in labels.items() if value},
        title=one_line(mail.subject) or NO_SUBJECT,
        summary=mail.text,
        severity_hint=severity,
        group_hint=key[:200],
    )


def key_of(mail: Mail, options: Options) -> str:
    """What two mails about the same thing share. A subject in which the expression finds nothing counts whole."""
    if options.by_thread and mail.thread:
        return mail.thread
    found = options.key.search(mail.subject) if options.key else None
    if found is not None:
        return "\0".join(group or "" for group in found.groups()) or found.group()
    return bare_subject(mail.subject).lower() or NO_SUBJECT


def bare_subject(subject: str) -> str:
    """Without the words of state in front and at the end; a subject of nothing else stays as it is."""
    before = _BEFORE.match(subject)
    bare = subject[before.end() :] if before else subject
    return _AFTER.sub("", bare).strip(" *-–:") or subject.strip()
