"""Simulated intake: signals → alerts → groups, by the rules of `alerts`: identity, routing, silences, inhibition."""

from collections.abc import Callable
from functools import partial

import msgspec

from tocsin.alerts.flapping import quiet_at
from tocsin.alerts.grouping import GroupStanding, Joining, decide_joining, group_key, until_now
from tocsin.alerts.intake import Standing, Verdict, decide_intake
from tocsin.alerts.model import Disposition, Integration, Says, Signal, State
from tocsin.simulation.cases import Cases, Joined
from tocsin.simulation.climbing import Case
from tocsin.simulation.known import Group, Known
from tocsin.simulation.model import Heard
from tocsin.simulation.muting import Mutings
from tocsin.simulation.setup import ANY, Rules
from tocsin.simulation.timers import Timers

Key = tuple[int, str]
"""Integration and identity: what an alert is known by."""

Tell = Callable[[str, Callable[[], str]], None]
"""Kind and sentence of a line that belongs to no incident."""


class Alerting:
    """Every alert and group so far. What routing and muting decide is told as production writes it."""

    def __init__(self, rules: Rules, timers: Timers, cases: Cases, tell: Tell) -> None:
        self._rules = rules
        self._timers = timers
        self._cases = cases
        self._tell = tell
        self._known: dict[Key, Known] = {}
        self._groups: dict[str, Group] = {}
        self._group_of: dict[int, Group] = {}
        self._muted: dict[int, Known] = {}
        self._effects: dict[int, list[Known]] = {}
        self._mutings = Mutings(rules, timers)
        self._alerts = 0

    def hear(self, heard: Heard) -> None:
        """One signal, at the instant at which it came."""
        ended_at = heard.ended_at
        if ended_at is not None and ended_at <= self._timers.now:  # over before it was first seen: it calls nobody
            return
        integration = self._rules.setup.integrations.get(heard.integration, ANY)
        signal = heard.as_signal()
        self._decide(integration, signal, heard)
        if ended_at is not None:
            end = msgspec.structs.replace(signal, says=Says.RESOLVED, starts_at=None)
            self._timers.at(ended_at, partial(self._decide, integration, end, heard))

    def _decide(self, integration: Integration, signal: Signal, heard: Heard) -> None:
        """What the signal means for the alert as it stands now."""
        key = (integration.id, signal.identity)
        known = self._known.get(key)
        decision = decide_intake(signal, known.standing if known else None, self._timers.now)
        verdict, after = decision.verdict, decision.after
        if after is None or verdict is Verdict.NOTHING:
            return
        if verdict is Verdict.OPEN or verdict is Verdict.REFIRE:
            self._open(key, integration, signal, after)
        elif known is not None:
            known.standing = after
            self._watch_flaps(known)
            if verdict is Verdict.END:
                self._end(known, "stale" if heard.stale else "source")
            elif verdict is Verdict.RESUME:
                self._come_back(known)
            elif verdict is Verdict.ACKNOWLEDGE and known.group is not None and known.group.case is not None:
                self._acknowledged_at_source(known.group.case, heard.by)

    def find_case(self, integration: str, identity: str) -> Case | None:
        """The incident of an alert, as far as it has one."""
        known = self._known.get((self._rules.setup.integrations.get(integration, ANY).id, identity))
        return known.group.case if known is not None and known.group is not None else None

    def close(self, case: Case) -> None:
        """A person has ended the incident: its group takes in no more."""
        group = self._group_of.get(case.incident.number)
        if group is not None:
            self._close(group)

    def _acknowledged_at_source(self, case: Case, by: str) -> None:
        if case.incident.acknowledged_at is None:
            self._cases.acknowledge(case, by or "its source", "source")

    def _open(self, key: Key, integration: Integration, signal: Signal, after: Standing) -> None:
        self._alerts += 1
        routed = self._rules.router.decide(signal, integration, self._timers.now)
        known = self._known[key] = Known(self._alerts, integration, signal, after, routed)
        self._mutings.note(known)
        self._watch_flaps(known)
        if routed.disposition is Disposition.DROPPED:
            self._tell("AlertsDropped", lambda: f"1 alert {routed.reason}")
        elif routed.disposition is Disposition.HELD:
            self._tell("AlertsHeld", lambda: f"1 alert held: {routed.reason}")
            self._wait_for_turn(known)
        else:
            self._join_unless_muted(known)

    def _wait_for_turn(self, known: Known) -> None:
        """What a route holds is decided again when a time window of the routes turns."""
        turn = self._rules.next_turn(self._timers.now)
        if turn is not None:
            self._timers.at(turn, partial(self._reroute, known))

    def _reroute(self, known: Known) -> None:
        if not self._is_current(known) or known.standing.state is not State.FIRING:
            return
        held, routed = known.routed, self._rules.router.decide(known.signal, known.integration, self._timers.now)
        if routed.digest != held.digest:
            known.routed = routed
            self._tell("AlertsRerouted", lambda: f"1 held alert is decided again: {routed.reason}")
        if routed.disposition is Disposition.ROUTED:
            known.muted = held.reason
            self._join_unless_muted(known)
        elif routed.disposition is Disposition.HELD:
            self._wait_for_turn(known)

    def _is_current(self, known: Known) -> bool:
        return self._known.get((known.integration.id, known.signal.identity)) is known

    def _watch_flaps(self, known: Known) -> None:
        """One that flaps is looked at when it might have been quiet for long enough."""
        if known.standing.flaps.since is not None:
            self._timers.at(quiet_at(known.standing.flaps), partial(self._settle, known))

    def _settle(self, known: Known) -> None:
        flaps = known.standing.flaps
        if flaps.since is None or not self._is_current(known) or quiet_at(flaps) > self._timers.now:
            return
        known.standing = msgspec.structs.replace(known.standing, flaps=msgspec.structs.replace(flaps, since=None))
        if known.group is not None:
            known.group.flapping.discard(known.signal.identity)
            self._clear_when_quiet(known.group, "source")

    def _join_unless_muted(self, known: Known) -> None:
        muting = self._mutings.find(known)
        if muting is None:
            self._muted.pop(known.id, None)
            self._mutings.note_free(known)
            self._join(known)
            return
        self._muted[known.id] = known
        known.muted = muting.reason
        for cause in muting.causes:
            self._effects.setdefault(cause, []).append(known)
        if muting.until is not None:
            self._timers.at(muting.until, partial(self._look_again, known))
        self._tell("AlertsHeld", lambda: f"1 alert held: {muting.reason}")

    def _look_again(self, known: Known) -> None:
        """What muted it is over; it may be muted by something else, or have ended meanwhile."""
        if known.id in self._muted:
            self._join_unless_muted(known)

    def _join(self, known: Known) -> None:
        now = self._timers.now
        key = group_key(known.signal, known.routed, known.integration.id)
        group = self._groups.get(key)
        decision = decide_joining(group.standing if group else None, known.routed.group_window, now)
        if group is None or decision.joining is Joining.NEW:
            number = group.standing.id + 1 if group else 1
            group = self._groups[key] = Group(GroupStanding(id=number, opened_at=now, closed_at=None, cleared_at=None))
        known.group = group
        group.firing += 1
        group.total += 1
        if not self._returns_in_silence(known, group):
            self._tell_case(group, known, (known.routed.reason, decision.reason, until_now(known.muted)))

    def _returns_in_silence(self, known: Known, group: Group) -> bool:
        """One that flaps is news to nobody while its group burns, and keeps the group from being clear."""
        if known.standing.flaps.since is None or group.case is None:
            return False
        burns = group.standing.cleared_at is None and group.standing.closed_at is None
        if burns:
            group.flapping.add(known.signal.identity)
        return burns

    def _come_back(self, known: Known) -> None:
        """The same period fires on: nothing new while its group still burns."""
        self._mutings.note(known)
        group = known.group
        if group is None:
            if known.routed.disposition is Disposition.ROUTED:
                self._join_unless_muted(known)
            return
        self._mutings.note_free(known)
        burns = group.standing.cleared_at is None and group.standing.closed_at is None
        group.firing += 1
        if not burns:
            decision = decide_joining(group.standing, known.routed.group_window, self._timers.now)
            self._tell_case(group, known, (known.routed.reason, decision.reason))

    def _tell_case(self, group: Group, known: Known, reasons: tuple[str, ...]) -> None:
        standing = group.standing
        if standing.closed_at is not None or standing.cleared_at is not None:
            group.standing = msgspec.structs.replace(standing, closed_at=None, cleared_at=None)
        alerts = Joined(
            routed=known.routed,
            title=known.signal.title,
            summary=known.signal.summary,
            reasons=reasons,
            started_at=known.standing.starts_at,
            total=group.total,
        )
        group.case = self._cases.join(group.case, alerts)
        self._group_of[group.case.incident.number] = group

    def _end(self, known: Known, how: str) -> None:
        self._mutings.forget(known)
        self._muted.pop(known.id, None)
        group = known.group
        if group is not None:
            group.firing -= 1
            if known.standing.flaps.since is not None:
                group.flapping.add(known.signal.identity)
            self._clear_when_quiet(group, how)
        for each in self._effects.pop(known.id, ()):
            self._look_again(each)

    def _clear_when_quiet(self, group: Group, how: str) -> None:
        if group.firing > 0 or group.flapping or group.standing.cleared_at is not None:
            return
        group.standing = msgspec.structs.replace(group.standing, cleared_at=self._timers.now)
        if group.case is not None:
            self._cases.clear(group.case, how, lambda: self._close(group))

    def _close(self, group: Group) -> None:
        group.standing = msgspec.structs.replace(group.standing, closed_at=self._timers.now)
