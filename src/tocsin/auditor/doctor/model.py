"""What the doctor looks at, and what it says. No IO, no clock."""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from tocsin.auditor.model import Finding, Overdue


class Severity(StrEnum):
    """`error`: a page fails now, or will. `warning`: it may."""

    ERROR = "error"
    WARNING = "warning"


class Ailment(Struct, frozen=True, kw_only=True):
    """One thing that is wrong: with what, what it means for a page, and how to mend it."""

    severity: Severity
    what: str
    means: str
    remedy: str


class Patient(Struct, frozen=True, kw_only=True):
    """Somebody whom a schedule or a policy names. `ways` are the kinds by which they can be told, `waiting` those that
    they added without entering the code, `unsendable` those that nothing can be sent by, `unreadable` those of which
    we have an address without its key. `broken` are addresses to which nothing is sent any more, as "email (why)"; no
    way of `ways` is one. `doubt`: why nobody knows whether a page would wake them, empty where that is known. Not
    `is_there`: nobody's name."""

    name: str
    is_there: bool = True
    ways: tuple[str, ...] = ()
    doubt: str = ""
    waiting: tuple[str, ...] = ()
    unsendable: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


class Fault(Struct, frozen=True, kw_only=True):
    """What the checker says of a schedule that a policy names, within the next seven days: its first time, how many
    times `more`, whether it is so now, and whether a page meanwhile reaches nobody there."""

    sentence: str
    remedy: str
    more: int = 0
    is_now: bool = False
    is_silent: bool = True


class Ladder(Struct, frozen=True, kw_only=True):
    """A policy: which of its steps, as "1 of 2", reach nobody at this moment; `last_resort`: whom that reaches."""

    name: str
    steps: int
    empty_steps: tuple[int, ...] = ()
    has_last_resort: bool = True
    reaches_last_resort: bool = True


class Probe(Struct, frozen=True, kw_only=True):
    """A connection that was opened and closed again. `used_by`: whose pages go there. `failure`: None, it works."""

    where: str
    kind: str
    used_by: tuple[str, ...] = ()
    failure: str | None = None


class Machine(Struct, frozen=True, kw_only=True):
    """Where the program runs. `clock_ahead`: how far the database's clock is ahead of this machine's. `free_share` of
    the disk with the data folder; None: the database is elsewhere. `key_mode`: the permission bits of the key's file;
    None: there is none. `bounces_are_lost`: mails are told to come back to us, and nothing of ours takes mail.
    `mails_in_clear`: mail is taken from other machines, and STARTTLS is not offered. `misspelt`: variables that nothing
    reads, each with the setting that is meant."""

    clock_ahead: timedelta = timedelta()
    free_share: float | None = None
    data_dir: str = ""
    key_mode: int | None = None
    public_url: str = ""
    has_heartbeat: bool = True
    bounces_are_lost: bool = False
    mails_in_clear: bool = False
    misspelt: tuple[tuple[str, str], ...] = ()


class Engine(Struct, frozen=True, kw_only=True):
    """What the engine says of itself: live workers, late work, jobs that were given up, what the auditor has found."""

    workers: int = 1
    overdue: tuple[Overdue, ...] = ()
    parked: dict[str, int] = {}
    findings: tuple[Finding, ...] = ()


class Complaint(Struct, frozen=True, kw_only=True):
    """All facts of one examination. `unconfigured`: kinds of contact that somebody has and nothing can be sent by, with
    what is missing. `too_dear`: which cost cap is reached, if one is. `homeless`: services without a policy.
    `administrators`: those who can be reached."""

    people: tuple[Patient, ...] = ()
    faults: tuple[Fault, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    probes: tuple[Probe, ...] = ()
    unconfigured: dict[str, str] = {}
    too_dear: str | None = None
    homeless: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()
    machine: Machine = Machine()
    engine: Engine = Engine()
