"""Who would be told beside the ladder because the severity profile says so (PAG-2): leadership after 15 minutes, …"""

from datetime import datetime
from functools import partial

from tocsin.alerts.maintenance import cover_of, covers_at
from tocsin.catalog.severity import Escalation
from tocsin.delivery.model import Urgency
from tocsin.incidents.classifying import find_level
from tocsin.paging import sentences
from tocsin.paging.profile_rules import due_at, find_rule, targets_of_rule, why_nobody
from tocsin.simulation.climbing import Case, Climbing
from tocsin.simulation.model import BESIDE
from tocsin.simulation.setup import Rules
from tocsin.simulation.timers import Timers


class Beside:
    """One timer for each rule of an incident's level, decided when it fires."""

    def __init__(self, rules: Rules, timers: Timers, climbing: Climbing) -> None:
        self._rules = rules
        self._timers = timers
        self._climbing = climbing

    def arm(self, case: Case, counted_from: datetime) -> None:
        """What is armed already keeps its instant, unless it is an earlier one now."""
        level = find_level(self._rules.setup.profile, case.incident.severity)
        impact = case.incident.started_at or case.incident.detected_at
        for rule in level.escalations if level is not None else ():
            self._arm(case, rule.target, due_at(rule, counted_from, impact, self._timers.now))

    def _arm(self, case: Case, target: str, due: datetime) -> None:
        if case.rules_due.get(target, due) < due:
            return
        case.rules_due[target] = due
        self._timers.at(due, partial(self._tell, case, target, due))

    def _tell(self, case: Case, target: str, due: datetime) -> None:
        if case.rules_due.get(target) != due:
            return
        del case.rules_due[target]
        incident, setup = case.incident, self._rules.setup
        if not incident.is_open:
            return
        rule = find_rule(find_level(setup.profile, incident.severity), target)
        why_not = sentences.why_not_told(rule, target, incident)
        cover = cover_of(incident.services, covers_at(setup.maintenances, due)) if incident.services else None
        if rule is None or why_not:
            self._climbing.tell("ProfileRuleDropped", case, lambda: why_not)
        elif cover is not None:
            self._arm(case, target, cover.until)
        else:
            self._follow(case, rule)

    def _follow(self, case: Case, rule: Escalation) -> None:
        targets = targets_of_rule(rule, self._rules.setup.services.values(), case.incident.services)
        answers = [self._climbing.answers[target] for target in targets]
        receivers = {person.name: person for answer in answers for person in answer.people}
        why = sentences.rule_in_words(case.incident, rule)
        places = [
            self._climbing.note_call(case, person, BESIDE, rule.target, why, Urgency.HIGH)
            for person in receivers.values()
        ]
        self._climbing.tell(
            "ProfileRuleFollowed",
            case,
            lambda: sentences.rule_followed(case.incident, rule, tuple(receivers), why_nobody(answers)),
            [place for place in places if place is not None],
        )
