"""What each template may speak of (COM-7): every name with a sample and its meaning. Pure data."""

from collections.abc import Mapping
from typing import NamedTuple

from tocsin.comms.model import TemplateKind, Values


class Field(NamedTuple):
    """`sample` is what a preview shows; a tuple makes it a list, for `{% for %}` and the filters of lists."""

    meaning: str
    sample: str | tuple[str, ...]


_INCIDENT = {
    "ref": Field("its name", "INC-42"),
    "title": Field("what is wrong, in one line", "Checkout answers 500"),
    "severity": Field('the level, or "severity not set"', "SEV-1"),
    "services": Field("the services, a list", ("checkout", "payments")),
    "status": Field("where it stands", "investigating"),
    "impact": Field("who notices what; empty: not known", "Nobody can pay; the shop is readable"),
    "users_affected": Field("a share or a number; empty: not known", "35%"),
    "started_at": Field("since when it is bad", "14:03 UTC"),
    "commander": Field("who leads; empty: nobody yet", "alice"),
    "channel": Field("where it is spoken of", "#incident-response"),
    "war_room": Field("the address of its room", "https://tocsin.example.com/incidents/INC-42"),
}

FIELDS: Mapping[TemplateKind, Mapping[str, Field]] = {
    TemplateKind.DECLARATION: {
        **_INCIDENT,
        "symptom": Field("what was seen", "Every second payment fails with HTTP 500"),
        "update_interval": Field("how often updates come", "every 15 minutes"),
    },
    TemplateKind.UPDATE: {
        **_INCIDENT,
        "number": Field("which update it is, from 1 on", "3"),
        "at": Field("when it is written", "14:35 UTC"),
        "by": Field("who writes it", "bob"),
        "text": Field("what the writer says", "The rollback of v2.3.1 is under way; every tenth payment goes through."),
        "done": Field("what is done, a list", ("Paged the database team", "Stopped the batch jobs")),
        "under_way": Field("what is being done, a list", ("Rolling back v2.3.1",)),
        "planned": Field("what comes next, a list", ("Replay the failed payments",)),
        "root_cause": Field('what it was, or "still investigating"', "still investigating"),
        "eta": Field('when it will be over, or "unknown"', "15:30 UTC"),
        "next_update_at": Field("when the next update comes", "14:50 UTC"),
        "timeline": Field(
            "the last lines of the timeline, a list",
            ("14:29 UTC @alice: rolling back v2.3.1", "14:33 UTC @bob: errors fall"),
        ),
    },
    TemplateKind.RESOLUTION: {
        **_INCIDENT,
        "resolved_at": Field("when it ended", "15:21 UTC"),
        "resolved_by": Field("who ended it; empty: it ended by itself", "alice"),
        "reason": Field("what was said at the end; empty: nothing", "Payments are back to normal for half an hour"),
        "times": Field('"for the 2nd time" when it was resolved before, else empty', ""),
        "duration": Field("how long it lasted", "1 h 18 min"),
        "root_cause": Field("in brief; empty: not known yet", "v2.3.1 opened a connection for every request"),
        "resolution": Field("what put it right; empty: not said", "Rolled back to v2.3.0"),
        "monitoring": Field("for how long it is watched", "15 minutes"),
        "postmortem": Field(
            "whether and until when there is one",
            "is scheduled by 2026-11-23 15:21 UTC, published by 2026-11-24 15:21 UTC",
        ),
        "publish_by": Field(
            "until when customers can read what was learnt; empty: nobody promises it", "2026-11-24 15:21 UTC"
        ),
        "follow_up": Field("where everything else is found", "https://tocsin.example.com/incidents/INC-42"),
        "thanks": Field("who took part, a list of names", ("alice", "bob", "carol")),
    },
}


def samples(kind: TemplateKind) -> Values:
    """What a preview without an incident is given."""
    return {name: field.sample for name, field in FIELDS[kind].items()}
