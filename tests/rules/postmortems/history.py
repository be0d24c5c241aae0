"""One fixed history: a SEV-2 of checkout after a deployment, found by an alert, with a rollback that helped."""

from tests.rules.postmortems.examples import after, entry, holds, noted, record
from tests.rules.room.examples import mitigation, task, update
from tocsin.incidents.model import Finding
from tocsin.incidents.roles import RoleName
from tocsin.mitigation.model import Result
from tocsin.postmortems.record import Record
from tocsin.room.model import Rule

ENTRIES = (
    entry(1, 0, "IncidentDeclared", "INC-7 declared at SEV-2: Checkout fails. Service checkout."),
    entry(2, 18, "IncidentAcknowledged", "@alice acknowledged from the command line.", "@alice"),
    noted(3, 20, "5xx on /pay | every node", "@bob", type="observation"),
    noted(4, 21, "Was @carol's migration part of v3?", "@alice", type="question"),
    entry(5, 22, "MitigationBegun", "Mitigation 1 begins, by @bob: restart the pods.", "@bob", n=1),
    entry(6, 32, "MitigationFinished", "Mitigation 1 (restart the pods) had no effect, says @bob.", "@bob", n=1),
    entry(7, 35, "MitigationBegun", "Mitigation 2 begins, by @bob: roll back to v2.", "@bob", n=2),
    entry(8, 40, "MitigationFinished", "Mitigation 2 (roll back to v2) helped, says @bob.", "@bob", n=2),
    entry(9, 48, "UpdateOverdue", "No update since 03:18 UTC.", due_at=after(48).isoformat()),
    entry(10, 50, "FindingRaised", "No dry run. Try it first.", rule=Rule.NO_DRY_RUN.value),
    entry(11, 60, "StatusChanged", "Status identified → monitoring, by @alice.", "@alice"),
    entry(12, 68, "UpdatePosted", "Update 1 by @alice: it works again.", "@alice", n=1),
    entry(13, 80, "IncidentResolved", "Resolved by @alice. v2 is stable.", "@alice"),
    entry(14, 90, "CauseNamed", "Cause category deployment: a new version did it, by @alice.", "@alice"),
)


def checkout_fails() -> Record:
    return record(
        *ENTRIES,
        of={
            "severity": "SEV-2",
            "services": ("checkout",),
            "started_at": after(-4),
            "acknowledged_at": after(18),
            "acknowledged_by": "@alice",
            "mitigated_at": after(60),
            "resolved_at": after(80),
            "root_cause": "v3 dropped the index that /pay reads by",
            "cause_category": "deployment",
            "users_affected": "35%",
        },
        holdings=(holds("alice", RoleName.COMMANDER), holds("bob", RoleName.TECH_LEAD)),
        known={"users_affected": "35%", "error_rate": "12%"},
        updates=(update(68, "@alice"),),
        mitigations=(
            mitigation(22, "restart the pods", ended=32, result=Result.NO_EFFECT),
            mitigation(35, "roll back to v2", ended=40, result=Result.HELPED, n=2),
        ),
        findings=(
            Finding(
                id=1,
                incident_id=42,
                rule=Rule.NO_DRY_RUN,
                occurrence="1",
                text="A change was made without a dry run.",
                remedy="Try it first.",
                raised_at=after(50),
                settled_at=None,
            ),
        ),
        tasks=(task("Permanent fix in place of the rollback", owner="bob"),),
        alike=(3,),
    )
