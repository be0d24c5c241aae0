"""What a checklist asks, phase by phase (GRD-2). Data: the text, the rule behind it, and what ticks it by itself.

`tick` names a predicate of `ticking`; an item without one is ticked by people. Keys are kept with what people ticked:
change the words freely, a key never.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from tocsin.catalog.severity import Level, Postmortem, Profile


class Phase(StrEnum):
    """The parts of a checklist, in the order in which they come."""

    FIRST = "first"
    EARLY = "early"
    LATER = "later"
    MITIGATION = "mitigation"
    RESOLUTION = "resolution"
    CLOSING = "closing"
    AFTER = "after"


class Tick(StrEnum):
    """What the program can know by itself."""

    ACKNOWLEDGED = "acknowledged"
    ALERTS_CLEARED = "alerts-cleared"
    CAUSE_KNOWN = "cause-known"
    CHECKS_MET = "checks-met"
    COMMANDED = "commanded"
    DECISION_WRITTEN = "decision-written"
    FINAL_UPDATE = "final-update"
    HELPED = "helped"
    INVESTIGATING = "investigating"
    MITIGATED = "mitigated"
    RECORDED = "recorded"
    SEVERITY_SET = "severity-set"
    STABLE = "stable"
    TIMELINE_BEGUN = "timeline-begun"
    TOLD_BESIDE = "told-beside"
    TRIED = "tried"
    UPDATED = "updated"
    USERS_KNOWN = "users-known"


class Item(NamedTuple):
    """One line of a checklist."""

    key: str
    text: str
    rule: str
    tick: Tick | None = None


_FIRST = (
    Item(
        "acknowledge",
        "Acknowledge the page",
        "Whoever is called says so, or the next person is woken.",
        Tick.ACKNOWLEDGED,
    ),
    Item("really-down", "Is it really down?", "Look with your own eyes, as a user would, before others are called."),
    Item(
        "how-many",
        "How many users does it hit?",
        "The share of users decides the level more often than anything else.",
        Tick.USERS_KNOWN,
    ),
    Item("getting-worse", "Is it getting worse?", "What grows is graded by where it is going, not by where it is."),
    Item(
        "severity",
        "Set the severity",
        "Cadence, escalation and who is called follow from the level.",
        Tick.SEVERITY_SET,
    ),
    Item("record", "Create the record", "An incident without a number cannot be handed over.", Tick.RECORDED),
    Item(
        "stakeholders",
        "Tell the stakeholders",
        "They hear it from us first, even if all we know is that we look.",
        Tick.UPDATED,
    ),
    Item("commander", "Name a commander", "One person decides; everybody else works.", Tick.COMMANDED),
    Item(
        "war-room",
        "Open the war room",
        "One place for everybody: this page, and its address in the first message.",
        Tick.RECORDED,
    ),
    Item(
        "timeline",
        "Begin the timeline",
        "Write what you see while you see it; nobody remembers it later.",
        Tick.TIMELINE_BEGUN,
    ),
)

_TOP_EARLY = (
    Item("page-all", "Page all responders", "At a top level it is cheaper to send people back than to call them late."),
    Item("bridge", "Open the bridge", "Voices are faster than typing; the link stands in the room."),
    Item("channel", "Open the channel", "Talk goes there, findings come here."),
    Item("blast-radius", "Find the blast radius", "Which services, regions and customers are hit, and which are not."),
    Item("rollback", "Consider a rollback or a failover", "Restore first, understand later.", Tick.TRIED),
)
_TOP_LATER = (
    Item(
        "factors",
        "Name contributing factors",
        "What made it possible; there is hardly ever one cause.",
        Tick.CAUSE_KNOWN,
    ),
    Item(
        "mitigation-in-place",
        "A mitigation is in place",
        "Not the final fix: whatever ends the impact.",
        Tick.MITIGATED,
    ),
    Item("status-page", "Update the status page", "Customers look there before they write to us."),
    Item("customers", "Tell the affected customers", "Those who lose data or money hear it from a person."),
    Item(
        "actions",
        "Document what was done",
        "Each change with its time: it is undone in this order.",
        Tick.DECISION_WRITTEN,
    ),
)
_SECOND_EARLY = (
    Item("channel", "Open a channel if needed", "As soon as more than two people work on it."),
    Item(
        "investigation",
        "Begin the investigation",
        "One person looks; what is found is shared every quarter of an hour.",
        Tick.INVESTIGATING,
    ),
    Item("status-page", "Update the status page if customers see it", "What they can see, they want to read about."),
)
_SECOND_LATER = (
    Item("root-cause", "Find the cause", "Say what is known and what is only likely.", Tick.CAUSE_KNOWN),
    Item("fix", "Put the fix in place", "Recorded as a mitigation, with who and when.", Tick.TRIED),
    Item("verified", "Verify its effect", "The figure that was bad is good again.", Tick.HELPED),
    Item("watch", "Watch for a recurrence", "For the level's stability window at least.", Tick.STABLE),
)
_MITIGATION = (
    Item(
        "recent-changes",
        "Identify recent changes",
        "Deployments, configuration and flags of the two hours before it began.",
    ),
    Item(
        "strategy",
        "Choose a strategy",
        "Write the decision down, with what would make you change it.",
        Tick.DECISION_WRITTEN,
    ),
    Item("implemented", "Carry it out", "One change at a time, so that its effect can be seen.", Tick.TRIED),
    Item("falls", "See the impact fall", "Look at the users' figure, not at the change.", Tick.HELPED),
    Item(
        "updates", "Keep to the cadence of updates", "Also when there is nothing new: that is the news.", Tick.UPDATED
    ),
    Item("decisions", "Document the decisions", "Who decided what, and why.", Tick.DECISION_WRITTEN),
)
_RESOLUTION = (
    Item("health", "Health checks pass", "The checks of every affected service, run now.", Tick.CHECKS_MET),
    Item("error-rate", "The error rate is normal", "Compared with the hour before it began."),
    Item("latency", "Latency is within its objective", "Slow is the half of down."),
    Item("resources", "Resources are normal", "Processors, memory, disks, connections, queues."),
    Item("key-flows", "Key flows work by hand", "Sign in, search, pay: as a user would."),
    Item("no-reports", "No new reports", "Nobody has written since the mitigation."),
    Item("support-queue", "The support queue is steady", "Ask support; it lags behind."),
    Item("alerts", "The alerts have cleared", "By themselves, and not because they are silenced.", Tick.ALERTS_CLEARED),
    Item("dashboards", "Dashboards and logs look normal", "The shape of a usual day at this hour."),
    Item("synthetic", "Synthetic checks pass", "From outside, from where the users are."),
    Item("dependencies", "Dependencies are healthy", "What we stand on, and what stands on us."),
    Item("team", "The team confirms", "Everybody who worked on it says so."),
    Item("stable", "Stable for the level's window", "A relapse inside the window is the same incident.", Tick.STABLE),
)
_CLOSING = (
    Item("status-page-resolved", "The status page says resolved", "With how long it lasted, in plain words."),
    Item(
        "final-update",
        "Post the final internal update",
        "Everybody who was called may stop thinking about it.",
        Tick.FINAL_UPDATE,
    ),
    Item("thanks", "Thank the responders", "By name."),
    Item("ticket-fix", "A ticket for the permanent fix", "Wherever the mitigation was temporary."),
    Item("ticket-monitoring", "A ticket for gaps in monitoring", "What should have told us earlier."),
    Item("ticket-docs", "A ticket for documentation", "What had to be found out at night."),
)
_POSTMORTEM_SCHEDULED = Item(
    "postmortem-scheduled", "Schedule the postmortem", "While everybody still remembers: the level says by when."
)
_AFTER = (
    Item("timeline-compiled", "Compile the timeline", "From the record of this page, with the times corrected."),
    Item("graphs", "Gather the graphs", "Before they are thinned out."),
    Item("draft", "Write the draft", "Without blame: what happened, and what made it possible."),
    Item("meeting", "Hold the meeting", "With those who were there."),
    Item("owners", "Give every action an owner", "And a date, or it is a wish."),
    Item("published", "Publish it", "To everybody who could have the same problem."),
    Item("followed-up", "Follow up the actions", "Until each is done or given up, with the reason."),
    Item("runbooks", "Update the runbooks", "With what helped, and what did not."),
    Item("debrief", "Debrief the stakeholders", "What it cost, and what becomes of it."),
)
_AFTER_LIGHT = (_AFTER[0], _AFTER[6], _AFTER[7])

_EXTRA: Mapping[tuple[str, int], Mapping[Phase, tuple[Item, ...]]] = {
    ("p-levels", 1): {
        Phase.EARLY: (
            Item("leadership", "Engineering leadership is told", "Within 15 minutes of a P0.", Tick.TOLD_BESIDE),
        ),
        Phase.LATER: (
            Item("executives", "Executives are told", "When the impact exceeds one hour."),
            Item(
                "customer-mail",
                "Send the mail to customers",
                "What happened, what it means for them, when it will be over.",
            ),
        ),
    },
    ("p-levels", 2): {
        Phase.FIRST: (Item("announced", "Post it in the announce channel", "So that nobody looks for it twice."),),
        Phase.LATER: (Item("engineering-lead", "The engineering lead is told", "Within one hour of a P1."),),
    },
    ("classic", 1): {
        Phase.FIRST: (
            Item("within-15", "Work has begun", "A SEV1 is worked on within 15 minutes.", Tick.INVESTIGATING),
        )
    },
    ("classic", 2): {
        Phase.FIRST: (
            Item("within-30", "Work has begun", "A SEV2 is worked on within 30 minutes.", Tick.INVESTIGATING),
        )
    },
    ("framework", 1): {
        Phase.EARLY: (Item("full-rotation", "The full on-call rotation is there", "A SEV1 calls everybody on call."),)
    },
    ("framework", 2): {
        Phase.EARLY: (Item("specialist", "A specialist is there", "A SEV2 calls the primary and a specialist."),)
    },
    ("command", 1): {
        Phase.FIRST: (
            Item("command-told", "Everybody knows who commands", "The commander says so in the room.", Tick.COMMANDED),
        )
    },
    ("sre", 1): {Phase.EARLY: (Item("all-hands", "All hands are called", "A SEV-1 calls all hands."),)},
}
"""What a preset's own source asks for beside the rest, by its rank."""


def checklist_of(profile: Profile, level: Level | None) -> dict[Phase, tuple[Item, ...]]:
    """Every phase with its items; an unclassified incident (level None) has those of the second level."""
    rank = level.rank if level is not None else 2
    base = {
        Phase.FIRST: _FIRST,
        Phase.EARLY: _TOP_EARLY if rank == 1 else _SECOND_EARLY,
        Phase.LATER: _TOP_LATER if rank == 1 else _SECOND_LATER,
        Phase.MITIGATION: _MITIGATION,
        Phase.RESOLUTION: _RESOLUTION,
        Phase.CLOSING: _closing(level),
        Phase.AFTER: _AFTER_LIGHT if level is not None and level.postmortem is Postmortem.NONE else _AFTER,
    }
    extra = _EXTRA.get((profile.name, rank), {})
    return {phase: (*items, *extra.get(phase, ())) for phase, items in base.items()}


def _closing(level: Level | None) -> tuple[Item, ...]:
    if level is not None and level.postmortem is Postmortem.NONE:
        return _CLOSING
    return (*_CLOSING[:3], _POSTMORTEM_SCHEDULED, *_CLOSING[3:])
