"""Who reacts to what: the nervous system on one screen.

First column: services in the same transaction as the event; no network, no cycles (tested). Second column: kinds of
jobs that the event arms, run by a worker afterwards, at least once. `unwritten`: as the first column, for who needs no
entry in the ledger, on the way of every page.
"""

from tocsin.alerts import heartbeat_service
from tocsin.alerts import jobs as alerts
from tocsin.alerts.events import (
    AlertAcknowledgedAtSource,
    AlertFlaps,
    AlertGroupCleared,
    AlertNoted,
    AlertRelabelled,
    AlertSettled,
    AlertsGrouped,
    AlertUnacknowledgedAtSource,
    MaintenanceBegan,
    MaintenanceEnded,
    RoutingReplaced,
)
from tocsin.auditor import service as auditor
from tocsin.catalog import warning
from tocsin.comms import announcing, cadence, resolution
from tocsin.comms import redacting as updates
from tocsin.comms.events import UpdatePosted
from tocsin.comms.jobs import JOBS as COMMS
from tocsin.config.events import ConfigApplied
from tocsin.delivery import recording
from tocsin.delivery.events import ContactBroken, DeliveryEnded, ReachChanged
from tocsin.delivery.reports import JOBS as DELIVERY
from tocsin.incidents import assigning, from_alerts, reassessing, syncing, tasks
from tocsin.incidents.events import (
    AlertsAttached,
    AlertsCleared,
    CauseNamed,
    EntryCorrected,
    EntryRedacted,
    EtaSet,
    FactsLearnt,
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeclared,
    IncidentMadePrivate,
    IncidentMerged,
    IncidentRelapsed,
    IncidentReopened,
    IncidentResolved,
    InstantCorrected,
    RoleAssigned,
    RoleReleased,
    SeverityChanged,
    StatusChanged,
    TaskChanged,
    TeamSizeChanged,
    TimelineNoted,
)
from tocsin.incidents.jobs import REASSESS, RESOLVE_QUIET, SYNC
from tocsin.insights import recording as served
from tocsin.insights import report_redacting as reports
from tocsin.insights.digest import DIGESTS
from tocsin.insights.report_mail import MONTHLY_REPORT
from tocsin.insights.resting import ADVISE_REST
from tocsin.insights.slo_announcing import ANNOUNCE_BUDGETS
from tocsin.kernel.held import JobKind
from tocsin.kernel.running import JobParked
from tocsin.kernel.tx import Reaction, Reactions
from tocsin.kernel.upkeep import UPKEEP
from tocsin.mitigation import redacting as mitigations
from tocsin.mitigation.events import MitigationBegun, MitigationFinished, MitigationMadeWorse
from tocsin.oncall.events import CalendarRead, OverrideAdded, OverrideEnded
from tocsin.oncall.jobs import JOBS as ONCALL
from tocsin.paging import asking, maintenance, reacting
from tocsin.paging.jobs import JOBS as PAGING
from tocsin.postmortems import measurements, recurrence, reminding, wiki
from tocsin.postmortems import redacting as postmortems
from tocsin.postmortems.action_jobs import JOBS as ACTION_ITEMS
from tocsin.postmortems.events import PostmortemEdited, PostmortemPublished
from tocsin.postmortems.jobs import JOBS as POSTMORTEMS
from tocsin.postmortems.review_jobs import REMIND_REVIEWER
from tocsin.room import looking, opening
from tocsin.room.jobs import JOBS as ROOM
from tocsin.verification import reacting as verification
from tocsin.verification import redacting as resolutions
from tocsin.verification.jobs import AFTERMATH, FOLLOW_UP, WINDOW

# fmt: off
REACTIONS: Reactions = {
    # event                              in the same transaction                 as jobs
    AlertsGrouped:             Reaction(unwritten=(from_alerts.declare_from_alerts,)),
    AlertGroupCleared:         Reaction((from_alerts.alerts_cleared,),           ()),
    AlertFlaps:                Reaction((from_alerts.note_flapping,),            ()),
    AlertSettled:              Reaction((from_alerts.note_flapping,),            ()),
    AlertAcknowledgedAtSource: Reaction((reacting.acknowledge_from_source,),     ()),
    AlertUnacknowledgedAtSource:
                               Reaction((reacting.call_again_from_source,),      ()),
    AlertNoted:                Reaction((from_alerts.note_from_source,),         ()),
    AlertRelabelled:           Reaction((from_alerts.note_other_severity,),      ()),
    MaintenanceBegan:          Reaction((maintenance.look_at_incidents,),        ()),
    MaintenanceEnded:          Reaction((maintenance.look_at_incidents,),        ()),
    RoutingReplaced:           Reaction((heartbeat_service.review,),             ()),
    IncidentDeclared:          Reaction(unwritten=(assigning.name_commander,
                                                   reacting.start_run,
                                                   opening.open_room)),
    IncidentMadePrivate:       Reaction((reacting.admit_called,),                ()),
    AlertsAttached:            Reaction((reacting.tell_holder,
                                         reacting.call_for_what_is_worse),       ()),
    AlertsCleared:             Reaction((reacting.calm_down,),                   ()),
    IncidentRelapsed:          Reaction((reacting.page_again,
                                         verification.forget_health,
                                         looking.look_again),                    ()),
    IncidentReopened:          Reaction((reacting.page_again,
                                         verification.forget_health,
                                         reassessing.begin_again,
                                         syncing.begin_again,
                                         looking.look_again),                    (AFTERMATH,)),
    UpdatePosted:              Reaction((looking.look_again,),                   ()),
    StatusChanged:             Reaction((verification.call_off_when_moved,
                                         looking.look_again),                    ()),
    IncidentAcknowledged:      Reaction((assigning.take_up,
                                         reacting.stop_on_acknowledgement,
                                         maintenance.forget_hold,
                                         cadence.begin,
                                         looking.look_again),                    ()),
    IncidentResolved:          Reaction((reacting.stop_on_resolution,
                                         maintenance.forget_hold,
                                         verification.settle,
                                         cadence.end,
                                         resolution.tell_over,
                                         reminding.begin,
                                         measurements.begin,
                                         looking.look_again),                    (AFTERMATH,)),
    IncidentMerged:            Reaction((reacting.stop_on_merge,
                                         maintenance.forget_hold,
                                         verification.call_off_when_merged,
                                         cadence.end,
                                         looking.look_again),                    ()),
    IncidentClosed:            Reaction((tasks.name_follow_ups,
                                         looking.look_again),                    ()),
    SeverityChanged:           Reaction((assigning.take_up,
                                         reacting.end_snooze_when_raised,
                                         reacting.call_for_the_new_level,
                                         reassessing.begin_again,
                                         cadence.follow_level,
                                         announcing.level_changed,
                                         looking.look_again),                    ()),
    TimelineNoted:             Reaction((looking.look_at_words,),                ()),
    EtaSet:                    Reaction((looking.look_again,),                   ()),
    CauseNamed:                Reaction((looking.look_again,
                                         recurrence.look_at_cause),              ()),
    InstantCorrected:          Reaction((looking.look_again,
                                         measurements.begin),                    ()),
    FactsLearnt:               Reaction((looking.look_again,),                   ()),
    EntryCorrected:            Reaction((looking.look_again,),                   ()),
    EntryRedacted:             Reaction((updates.redact_updates,
                                         mitigations.redact_mitigations,
                                         resolutions.redact_resolutions,
                                         postmortems.redact_postmortems,
                                         wiki.renew_redacted,
                                         postmortems.redact_actions,
                                         postmortems.redact_measurements,
                                         reports.redact_reports),                ()),
    MitigationBegun:           Reaction((looking.look_again,),                   ()),
    MitigationFinished:        Reaction((looking.look_again,),                   ()),
    MitigationMadeWorse:       Reaction((looking.look_again,),                   ()),
    RoleAssigned:              Reaction((looking.look_again,),                   ()),
    RoleReleased:              Reaction((looking.look_again,),                   ()),
    TeamSizeChanged:           Reaction((cadence.follow_level,
                                         syncing.begin_again,
                                         looking.look_again),                    ()),
    TaskChanged:               Reaction((looking.look_again,),                   ()),
    PostmortemEdited:          Reaction((wiki.begin,),                           ()),
    PostmortemPublished:       Reaction((looking.look_again,
                                         wiki.begin),                            ()),
    DeliveryEnded:             Reaction(unwritten=(reacting.go_on_when_unreached,
                                                   asking.begin_asking)),
    ContactBroken:             Reaction((auditor.tell_broken,),                  ()),
    ReachChanged:              Reaction((warning.tell_changed,),                 ()),
    ConfigApplied:             Reaction((served.note_change,),                   ()),
    OverrideAdded:             Reaction((served.note_change,),                   ()),
    OverrideEnded:             Reaction((served.note_change,),                   ()),
    CalendarRead:              Reaction((served.note_change,),                   ()),
    JobParked:                 Reaction((recording.fail_parked,
                                         auditor.tell_parked),                   ()),
}
# fmt: on

JOB_KINDS: tuple[JobKind, ...] = (
    *UPKEEP,
    *alerts.JOBS,
    *DELIVERY,
    *ONCALL,
    *COMMS,
    *PAGING,
    *ROOM,
    *POSTMORTEMS,
    *ACTION_ITEMS,
    RESOLVE_QUIET,
    WINDOW,
    FOLLOW_UP,
    REASSESS,
    SYNC,
    REMIND_REVIEWER,
    served.NOTE_SCHEDULES,
    DIGESTS,
    MONTHLY_REPORT,
    ADVISE_REST,
    ANNOUNCE_BUDGETS,
)
"""Kinds that need nothing but the database; those that send are made with their channels (`main`)."""
