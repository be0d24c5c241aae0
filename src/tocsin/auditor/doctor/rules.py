"""Facts → what is wrong, what it means for a page, how to mend it. Pure; errors come first."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tocsin.auditor.doctor.model import Ailment, Complaint, Engine, Fault, Ladder, Machine, Patient, Probe, Severity

CLOCK_OFF = timedelta(seconds=5)
CLOCK_FAR_OFF = timedelta(seconds=60)
DISK_LOW = 0.10
DISK_FULL = 0.03
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared, not bound


def diagnose(complaint: Complaint) -> list[Ailment]:
    """Everything that is wrong, errors first, each group in the order in which a page travels."""
    found = [
        *_of_engine(complaint.engine),
        *_of_ladders(complaint.ladders),
        *_of_services(complaint.homeless),
        *_of_faults(complaint.faults),
        *_of_people(complaint.people, complaint.administrators),
        *_of_channels(complaint.unconfigured, complaint.too_dear),
        *_of_probes(complaint.probes),
        *_of_machine(complaint.machine),
    ]
    return sorted(found, key=lambda each: each.severity is not Severity.ERROR)


def exit_status(found: Iterable[Ailment]) -> int:
    """2: a page fails; 1: it may; 0: nothing is wrong."""
    severities = {each.severity for each in found}
    return 2 if Severity.ERROR in severities else 1 if severities else 0


def _error(what: str, means: str, remedy: str) -> Ailment:
    return Ailment(severity=Severity.ERROR, what=what, means=means, remedy=remedy)


def _warning(what: str, means: str, remedy: str) -> Ailment:
    return Ailment(severity=Severity.WARNING, what=what, means=means, remedy=remedy)


def _of_engine(engine: Engine) -> Iterator[Ailment]:
    if not engine.workers:
        yield _error("No worker runs.", "Nobody is paged at all.", "Start one: tocsin serve, or tocsin worker.")
    for each in engine.overdue:
        yield _error(
            f"{each.count} jobs of kind {each.kind} should have begun since {_moment(each.since)}.",
            "What they would do, such as a page or its next step, is late or does not happen.",
            "See the log of the workers; start more of them if the machine is busy.",
        )
    for finding in engine.findings:
        yield _error(f"{finding.sentence}.", "The auditor has found it; the outgoing ping has stopped.", finding.remedy)
    for kind, count in engine.parked.items():
        noun = "job of kind {} was" if count == 1 else "jobs of kind {} were"
        yield _warning(
            f"{count} {noun.format(kind)} given up.",
            "What they would have done has not happened.",
            "Look at them: tocsin admin jobs list. Then: tocsin admin jobs retry ID.",
        )


def _of_ladders(ladders: Iterable[Ladder]) -> Iterator[Ailment]:
    for ladder in ladders:
        named = ", ".join(f"step {step} of {ladder.steps}" for step in ladder.empty_steps)
        if len(ladder.empty_steps) == ladder.steps and not ladder.reaches_last_resort:
            yield _error(
                f"The policy {ladder.name} reaches nobody at this moment.",
                "A page by it goes to the administrators, as the last ones left.",
                "Name people, or schedules in which somebody is on call.",
            )
        elif ladder.empty_steps:
            yield _warning(
                f"The policy {ladder.name} reaches nobody by {named} at this moment.",
                "The step after it is called at once.",
                "Name somebody there, or close the gap in the schedule.",
            )
        if not ladder.has_last_resort:
            yield _warning(
                f"The policy {ladder.name} has no last resort.",
                "When nobody has answered at its last step, it ends.",
                f"Add `last_resort:` to {ladder.name}, such as the team.",
            )
        elif not ladder.reaches_last_resort:
            yield _warning(
                f"The last resort of the policy {ladder.name} reaches nobody at this moment.",
                "When nobody has answered at its last step, the administrators are told.",
                "Name people who can be reached.",
            )


def _of_services(homeless: tuple[str, ...]) -> Iterator[Ailment]:
    if homeless:
        yield _warning(
            f"No escalation policy: {_some(homeless)}.",
            "An incident of such a service is told to the administrators only.",
            "Give each service an `escalation_policy:`.",
        )


def _of_faults(faults: Iterable[Fault]) -> Iterator[Ailment]:
    for fault in faults:
        times = f" And {fault.more} more time{'s' if fault.more > 1 else ''}." if fault.more else ""
        what = f"{_capital(fault.sentence)}.{times}"
        if fault.is_now and fault.is_silent:
            yield _error(what, "A step that calls this schedule reaches nobody now.", fault.remedy)
        elif fault.is_silent:
            yield _warning(what, "A page in that time goes to the next step.", fault.remedy)
        else:
            yield _warning(what, "If they do not answer, the next step calls them again.", fault.remedy)


def _by_nothing(person: Patient) -> Ailment:
    if person.broken:
        return _error(
            f"Nothing arrives by any way of {person.name}: {', '.join(person.broken)}.",
            "Their turn is nobody's turn.",
            f"Correct the address, or give {person.name} another contact. An answered test mends it, too.",
        )
    return _error(
        f"{person.name} has no way to be reached.",
        "Their turn is nobody's turn.",
        f"Give {person.name} an e-mail address or another contact.",
    )


def _of_people(people: Sequence[Patient], administrators: tuple[str, ...]) -> Iterator[Ailment]:
    if not administrators:
        yield _error(
            "No administrator can be reached.",
            "When a ladder reaches nobody, nobody is told; nor when Tocsin itself is not well.",
            "Let one add a way of their own: tocsin contact add email me@example.com; or give a user of the file with "
            "`role: admin` an e-mail address.",
        )
    doubts: list[str] = []
    waiting = tuple(f"{person.name} ({', '.join(person.waiting)})" for person in people if person.waiting)
    cut_off: list[str] = []
    for person in people:
        for kind in person.unreadable:
            yield _error(
                f"The {kind} of {person.name} is sealed with a key that this installation has not.",
                f"Nothing can be sent by {kind} to {person.name}; their other ways are used.",
                "Put the key back (secret.key, storage.keys), or apply the file that names the address again.",
            )
        for way in person.broken if person.ways else ():
            yield _warning(
                f"Nothing is sent to {person.name} by {way}.",
                "Their other ways are used.",
                f"Correct the address, or let {person.name} send a test by it and answer that.",
            )
        if not person.is_there:
            yield _error(
                f"{person.name} is named by a schedule or a policy and is disabled, or does not exist.",
                "Their turn is nobody's turn.",
                f"Put somebody else in the place of {person.name}.",
            )
        elif not person.ways:
            yield _by_nothing(person)
        elif set(person.ways) <= set(person.unsendable):
            cut_off.append(person.name)
        elif person.doubt:
            doubts.append(person.doubt)
    if cut_off:
        yield _error(
            f"Nothing can be sent by any way of {_some(tuple(cut_off))}.",
            "Their turn is nobody's turn.",
            "Mend the channel, see below, or give them another contact.",
        )
    if waiting:
        yield _warning(
            f"Have added a contact and not entered its code: {_some(waiting)}.",
            "Nothing is sent there before.",
            "Let each enter the code, or remove the contact: tocsin contact list.",
        )
    if doubts:
        yield _warning(
            f"Unproven: {_some(tuple(doubts))}.",
            "Nobody knows whether a page would wake them.",
            "Let each answer a test: tocsin oncall proof --ask. What has been asked shows with tocsin oncall proof.",
        )


def _of_channels(unconfigured: dict[str, str], too_dear: str | None) -> Iterator[Ailment]:
    for kind, missing in unconfigured.items():
        yield _error(
            f"Nothing can be sent by {kind}.",
            "Every page by it fails at once.",
            f"{_capital(missing)}. If the server has that already: the doctor reads the settings of its own "
            "environment, so give it those of the server.",
        )
    if too_dear is not None:
        yield _warning(
            f"{_capital(too_dear)}.",
            "Texts and calls fail at once, but for the first page of a top level; the next way is used.",
            "Raise TOCSIN_COSTS_PER_DAY or TOCSIN_COSTS_PER_MONTH, or find out with tocsin channels what was sent.",
        )


def _of_probes(probes: Iterable[Probe]) -> Iterator[Ailment]:
    for probe in probes:
        if probe.failure is None:
            continue
        if probe.kind == "public_url":
            yield _warning(
                f"The public address does not answer: {probe.failure}.",
                "The links in messages may lead nowhere; from here, at least.",
                "Start the web process, or set TOCSIN_PUBLIC_URL to where people reach it.",
            )
            continue
        whose = f" of {_some(probe.used_by)}" if probe.used_by else ""
        yield _error(
            f"{_capital(probe.failure)}.",
            f"Pages by {probe.kind}{whose} do not arrive.",
            _MEND.get(probe.kind, "Mend the address in the file, or the host, or what lies between."),
        )


_MEND = {"email": "Check TOCSIN_SMTP_URL with `tocsin admin settings`: host, port, TLS, user and password."}


def _of_machine(machine: Machine) -> Iterator[Ailment]:
    off = abs(machine.clock_ahead)
    if off >= CLOCK_OFF:
        direction = "ahead of" if machine.clock_ahead > timedelta() else "behind"
        severity = Severity.ERROR if off >= CLOCK_FAR_OFF else Severity.WARNING
        yield Ailment(
            severity=severity,
            what=f"The database's clock is {off.total_seconds():.0f} seconds {direction} that of this machine.",
            means="Timers follow the database, signatures and certificates this machine: one is late or refused.",
            remedy="Let both machines follow the same time server (chrony, systemd-timesyncd).",
        )
    if machine.free_share is not None and machine.free_share < DISK_LOW:
        yield Ailment(
            severity=Severity.ERROR if machine.free_share < DISK_FULL else Severity.WARNING,
            what=f"The disk with {machine.data_dir} has {machine.free_share:.0%} left.",
            means="When it is full, no alert is accepted and nobody is paged.",
            remedy="Make room, or move the data folder.",
        )
    if machine.key_mode is not None and machine.key_mode & 0o077:
        yield _warning(
            f"Others on this machine can read the secret key ({machine.key_mode:04o}).",
            "Whoever has it can forge the links that acknowledge.",
            f"chmod 600 {machine.data_dir}/secret.key",
        )
    if (urlsplit(machine.public_url).hostname or "") in LOCAL_NAMES:
        yield _warning(
            f"Links in messages begin with {machine.public_url}.",
            "On a phone they lead to the phone itself: nobody can acknowledge by them.",
            "Set TOCSIN_PUBLIC_URL to the address by which people reach this Tocsin.",
        )
    if machine.bounces_are_lost:
        yield _warning(
            "TOCSIN_MAIL_BOUNCE_ADDRESS is set, and TOCSIN_SMTP_LISTEN is not.",
            "What comes back is not read: an address that is dead looks as if it were reached.",
            "Set TOCSIN_SMTP_LISTEN, and let the mail server hand mails to that address on to it.",
        )
    if machine.mails_in_clear:
        yield _warning(
            "Mails come in clear: TOCSIN_SMTP_LISTEN is open to other machines, and TOCSIN_SMTP_TLS_CERT is not set.",
            "Whoever can listen on the way reads the keys of integrations, and may send alerts in their name.",
            "Set TOCSIN_SMTP_TLS_CERT and TOCSIN_SMTP_TLS_KEY, or listen on 127.0.0.1 behind a mail server.",
        )
    for name, meant in machine.misspelt:
        yield _warning(
            f"{name} is no setting.", "Nothing reads it.", f"If {meant} is meant, call it so; else unset it."
        )
    if not machine.has_heartbeat:
        yield _warning(
            "TOCSIN_HEARTBEAT_URL is not set.",
            "When all of Tocsin is dead, nothing says so.",
            "Let something outside wait for its ping, and set the address.",
        )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _some(names: tuple[str, ...]) -> str:
    """ "alice, bob, carol and 7 more"."""
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


def _capital(text: str) -> str:
    """Unless it begins with a host, `hooks.example.com:443 …`: that is written as it is."""
    return text if ":" in text.partition(" ")[0] else text[:1].upper() + text[1:]
