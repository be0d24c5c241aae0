"""The sentences of paging's ledger entries: who was called, by which rung, why, and what follows. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.alerts.maintenance import Cover
from tocsin.catalog.severity import Escalation
from tocsin.incidents.model import Incident
from tocsin.incidents.sentences import full_stop, joined
from tocsin.kernel.ids import incident_ref
from tocsin.paging.escalation import in_words
from tocsin.paging.messages import capital, duration
from tocsin.paging.model import (
    Call,
    Decision,
    Hold,
    LeftOut,
    Page,
    PageState,
    RunState,
    Skipped,
    Target,
    TargetKind,
)


def started(policy: str | None, because: str, chosen: str = "") -> str:
    """ "Escalation by policy payments begins: the incident is new. Variant 1 applies: it is night."."""
    if policy is None:
        return full_stop(f"No escalation policy is known for this incident: nobody can be looked up, {because}")
    begins = full_stop(f"Escalation by policy {policy} begins: {because}")
    return f"{begins} {full_stop(capital(chosen))}" if chosen else begins


def postponed(number: int, reason: str) -> str:
    """The reason names the instant; whoever does not want to wait is told how."""
    return f"Nobody is called yet: {full_stop(reason)} tocsin escalate {incident_ref(number)} calls at once."


def paged(call: Call, decision: Decision) -> str:
    """ "alice is paged, step 1 of 2: on call in payments-primary until Mon 09:00. Because nobody answered …"."""
    return f"{call.person.name} is paged, {decision.label}: {full_stop(call.why)}{_next(decision)}"


def _next(decision: Decision) -> str:
    if decision.state is RunState.TOLD:
        return " Low urgency: told once, nobody else is called."
    if decision.next_at is None:
        return ""
    return f" Unless somebody acknowledges, it goes on at {decision.next_at:%H:%M:%S} UTC."


def climbs(decision: Decision, late: timedelta | None, due: datetime) -> str:
    """Why the ladder goes on, and that it is late when it is (REL-8)."""
    goes_on = f"goes on with {decision.label}" if decision.calls else "is at its end"
    sentence = full_stop(f"Escalation {goes_on}: {decision.reason}")
    if late is None:
        return sentence
    return f"{sentence} This was due at {due:%H:%M:%S} UTC and goes {duration(due, due + late)} late."


def not_paged(left_out: LeftOut) -> str:
    return f"{left_out.name} is not paged: {left_out.name} {full_stop(left_out.why)}"


def reached_nobody(skipped: Skipped) -> str:
    """The rung had nobody to call; that the next one goes at once shows in the entry that follows."""
    return f"{skipped.label[:1].upper()}{skipped.label[1:]} reaches nobody: {full_stop(skipped.why)}"


def unreached(user: str, reason: str) -> str:
    return full_stop(f"{user} could not be reached, every way has failed: {reason}")


def nobody_of_rung(rung: Sequence[Page]) -> str:
    """ "alice has declined", "no way to reach bob and carol worked": why nobody of a rung will answer."""
    declined = [page.user_name for page in rung if page.state is PageState.DECLINED]
    unreached = [page.user_name for page in rung if page.state is PageState.UNREACHED]
    clauses: list[str] = []
    if declined:
        clauses.append(f"{joined(declined)} {'has' if len(declined) == 1 else 'have'} declined")
    if unreached:
        clauses.append(f"no way to reach {joined(unreached)} worked")
    return joined(clauses)


def nobody_acts(holder: str, timeout: str) -> str:
    """Why it is paged again after an acknowledgement (PAG-5)."""
    return f"{holder} has it, and nobody has acted on it for {timeout}"


def rule_in_words(incident: Incident, rule: Escalation) -> str:
    """ "a P0 tells group:leadership 15 minutes after it was declared": a rule of a severity profile."""
    whom = "the lead of the owning team" if rule.target == "lead:" else rule.target
    since = "the impact began" if rule.since == "impact" else "it was declared"
    return f"a {incident.severity} tells {whom} {in_words(rule.after)} after {since}"


def rule_followed(incident: Incident, rule: Escalation, names: Sequence[str], why_nobody: str) -> str:
    by_rule = rule_in_words(incident, rule)
    if not names:
        return f"Nobody is told although {by_rule}: {full_stop(why_nobody)}"
    return f"{joined(names)} {'is' if len(names) == 1 else 'are'} told: {full_stop(by_rule)}"


def why_not_told(rule: Escalation | None, target: str, incident: Incident) -> str:
    """Why a rule that was armed does not hold any more; empty: it does."""
    whom = "The lead of the owning team" if target == "lead:" else target
    if incident.is_private:
        return f"{whom} is not told: {incident_ref(incident.number)} is private."
    if rule is None:
        level = f"a {incident.severity}" if incident.severity else "not classified"
        return f"{whom} is not told any more: {incident_ref(incident.number)} is {level} now."
    if rule.since == "impact" and incident.mitigated_at is not None:
        return f"{whom} is not told: the impact of {incident_ref(incident.number)} is over."
    return ""


def asked_for_it(by: str, reason: str) -> str:
    return f"{by} asked for it: {reason}" if reason else f"{by} asked for it"


def hands_over(by: str, target: str, names: Sequence[str], reason: str) -> str:
    """ "@carol hands it to bob: knows the database."; a schedule is named with whom it means."""
    to = joined(names) if target.startswith("user:") else f"{target} ({joined(names)})"
    return full_stop(f"{by} hands it to {to}: {reason}" if reason else f"{by} hands it to {to}")


def joins(user: str) -> str:
    return f"{user} comes to help."


def cannot_help(user: str) -> str:
    return f"{user} cannot help."


def snoozed(by: str, until: datetime, reason: str) -> str:
    quiet = full_stop(f"{by} wants quiet until {until:%H:%M} UTC" + (f": {reason}" if reason else ""))
    return f"{quiet} Unless it is resolved, {called_after_quiet(by)} again then."


def called_after_quiet(holder: str) -> str:
    """Whom the end of the quiet calls: one who is known here by name, else whoever the first step names."""
    return f"{holder} is called" if holder.startswith("@") else "people are called"


def given_back(by: str) -> str:
    return f"{by} has taken the acknowledgement back"


def snooze_over(reason: str) -> str:
    return full_stop(f"The quiet is over: {reason}")


def marked(by: str, actionable: bool) -> str:
    return f"{by}: {'there was something to do' if actionable else 'there was nothing to do'} for this page."


def declined(user: str, reason: str) -> str:
    return full_stop(f"{user} declines: {reason}" if reason else f"{user} declines")


def exhausted(decision: Decision) -> str:
    """The end of the ladder: the last call has gone out, or there was nobody to call at all."""
    if decision.calls:
        return "This is the end of the ladder: nobody else will be called."
    return "Nobody is left on the ladder to be called."


def administrators_told(names: Sequence[str]) -> str:
    if not names:
        return "No administrator can be reached either: this incident has been told to nobody."
    noun = "Administrator" if len(names) == 1 else "Administrators"
    return f"{noun} {joined(names)} {'is' if len(names) == 1 else 'are'} told instead."


def acknowledged(by: str, since_first: timedelta | None, start: datetime) -> str:
    after = "" if since_first is None else f", {duration(start, start + since_first)} after the first page"
    return f"Escalation stops for everyone: {by} has answered{after}."


def held(cover: Cover) -> str:
    """Why nobody is called for a while, and what happens then."""
    return f"Paging is held: {full_stop(str(cover))} What is still wrong then is paged."


def was_held(hold: Hold, now: datetime) -> str:
    """Opens the message of what is taken up again."""
    return f"It was held by maintenance for {duration(hold.held_at, now)} ({hold.reason}) and is not over."


def stopped(reason: str) -> str:
    return full_stop(f"Escalation stops: {reason}")


def told(names: Sequence[str], what: str) -> str:
    return f"{joined(names)} {'is' if len(names) == 1 else 'are'} told {full_stop(what)}"


_SAID = {
    TargetKind.USER: "{}",
    TargetKind.SCHEDULE: "the one on call in {}",
    TargetKind.TEAM: "everybody in the team {}",
    TargetKind.LEAD: "the leads of {}",
    TargetKind.EXPERT: "the experts for {}",
    TargetKind.GROUP: "the group {}",
    TargetKind.VENDOR: "the vendor {}, by mail,",
    TargetKind.CHAT: "the chat {}",
}


def target_words(target: Target) -> str:
    """ "the one on call in payments-primary"; of a webhook the host only, for the rest may be a secret."""
    if target.kind is TargetKind.ROUND_ROBIN:
        return f"one in turn of {joined([target_words(each) for each in target.among])}"
    if target.kind is TargetKind.WEBHOOK:
        return f"the webhook at {str(target).partition(':')[2]}"
    return _SAID[target.kind].format(target.name)


def targets_words(targets: Sequence[Target]) -> str:
    return joined([target_words(target) for target in targets]).removesuffix(",")
