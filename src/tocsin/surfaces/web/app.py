"""All pages as one Litestar router, with what they share: dependencies, guards, headers, error pages.

`main` puts it beside the API's router; neither knows the other.
"""

import psycopg
from litestar import Router
from litestar.di import Provide
from litestar.exceptions import HTTPException

from tocsin.db.database import Database
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.errors import Forbidden, TocsinError
from tocsin.kernel.live import Hub
from tocsin.surfaces.web.assets import load_assets
from tocsin.surfaces.web.onlookers import Onlookers
from tocsin.surfaces.web.pages.accounts.audit import download_audit_lines, download_audit_table, show_audit
from tocsin.surfaces.web.pages.accounts.choose_theme import choose_theme
from tocsin.surfaces.web.pages.accounts.my_account import (
    end_my_session,
    make_my_token,
    revoke_my_token,
    show_account,
)
from tocsin.surfaces.web.pages.accounts.people import (
    change_role,
    disable,
    enable,
    end_persons_session,
    invite,
    list_people,
    make_link,
    revoke_persons_token,
    show_invite,
    show_user,
    withdraw_link,
)
from tocsin.surfaces.web.pages.accounts.redeem_link import redeem_link, show_link
from tocsin.surfaces.web.pages.accounts.set_password import set_password, show_password
from tocsin.surfaces.web.pages.accounts.sign_in import show_sign_in, submit_sign_in
from tocsin.surfaces.web.pages.accounts.sign_out import sign_out
from tocsin.surfaces.web.pages.actions.list import list_actions
from tocsin.surfaces.web.pages.actions.press import add_action, move_action
from tocsin.surfaces.web.pages.alerts.list import list_alerts
from tocsin.surfaces.web.pages.alerts.show import close as close_alert
from tocsin.surfaces.web.pages.alerts.show import show_alert
from tocsin.surfaces.web.pages.assets import serve_asset, serve_worker, show_manifest, show_offline
from tocsin.surfaces.web.pages.delivery.contact_card import show_contact_card
from tocsin.surfaces.web.pages.delivery.device import add_device, show_device
from tocsin.surfaces.web.pages.delivery.notifications import (
    change_quiet_hours,
    change_rules,
    send_test_message,
    show_notifications,
    show_signing_secret,
)
from tocsin.surfaces.web.pages.delivery.own_contacts import (
    add_contact,
    enter_code,
    move_contact,
    remove_contact,
    send_another_code,
)
from tocsin.surfaces.web.pages.delivery.renewed_device import renew_subscription
from tocsin.surfaces.web.pages.heartbeats.list import list_heartbeats
from tocsin.surfaces.web.pages.heartbeats.pause import pause_heartbeat, resume_heartbeat
from tocsin.surfaces.web.pages.heartbeats.show import show_heartbeat
from tocsin.surfaces.web.pages.incidents.attachments import attach_file, serve_file
from tocsin.surfaces.web.pages.incidents.checklist import tick_item
from tocsin.surfaces.web.pages.incidents.declare import declare, show_declare
from tocsin.surfaces.web.pages.incidents.deliveries import show_deliveries
from tocsin.surfaces.web.pages.incidents.details import correct_instant, name_cause, set_conference, set_eta
from tocsin.surfaces.web.pages.incidents.handoff import (
    accept_handoff as accept_role,
)
from tocsin.surfaces.web.pages.incidents.handoff import (
    decline_handoff,
    offer_handoff,
    withdraw_handoff,
)
from tocsin.surfaces.web.pages.incidents.links import link, merge, split, unlink
from tocsin.surfaces.web.pages.incidents.list import list_incidents
from tocsin.surfaces.web.pages.incidents.members import add_members, make_private, remove_member
from tocsin.surfaces.web.pages.incidents.mitigations import begin_mitigation, finish_mitigation, made_worse
from tocsin.surfaces.web.pages.incidents.now import show_board, show_now
from tocsin.surfaces.web.pages.incidents.redact import redact_entry, show_redaction
from tocsin.surfaces.web.pages.incidents.respond import acknowledge, change_status
from tocsin.surfaces.web.pages.incidents.roles import assign_role, release_role, set_team_size, switch_sync
from tocsin.surfaces.web.pages.incidents.search import show_search
from tocsin.surfaces.web.pages.incidents.severity import change_severity, learn_facts
from tocsin.surfaces.web.pages.incidents.show import show_incident, show_parts
from tocsin.surfaces.web.pages.incidents.stream import stream_incident, stream_now
from tocsin.surfaces.web.pages.incidents.tasks import add_task, move_task
from tocsin.surfaces.web.pages.incidents.updates import post_update, preview_update, show_update
from tocsin.surfaces.web.pages.incidents.verification import add_check, remove_check, resolve, run_checks, tick_check
from tocsin.surfaces.web.pages.incidents.write import add_note, correct_entry, show_correction, show_understood
from tocsin.surfaces.web.pages.insights.guard_rails import show_guard_rails
from tocsin.surfaces.web.pages.insights.index import show_insights
from tocsin.surfaces.web.pages.insights.origins import show_origins
from tocsin.surfaces.web.pages.insights.reports import list_reports, make_anew, show_report
from tocsin.surfaces.web.pages.insights.response import show_response
from tocsin.surfaces.web.pages.insights.severity import show_severity_review
from tocsin.surfaces.web.pages.insights.slo import show_slos
from tocsin.surfaces.web.pages.maintenance.add import add_maintenance, show_new_maintenance
from tocsin.surfaces.web.pages.maintenance.list import end_maintenance, list_maintenance
from tocsin.surfaces.web.pages.oncall.calendar import show_calendar
from tocsin.surfaces.web.pages.oncall.calendar_feed import serve_calendar_feed
from tocsin.surfaces.web.pages.oncall.fairness import propose_step, show_proposal
from tocsin.surfaces.web.pages.oncall.feeds import make_feed, revoke_feed, show_feeds
from tocsin.surfaces.web.pages.oncall.handoff import accept as accept_handoff
from tocsin.surfaces.web.pages.oncall.handoff import add_entry, show_handoff, strike_entry, write_note
from tocsin.surfaces.web.pages.oncall.handoff import sign as sign_handoff
from tocsin.surfaces.web.pages.oncall.leave import add_leave, end_leave, show_leave
from tocsin.surfaces.web.pages.oncall.load import download_compensation, download_load, show_load
from tocsin.surfaces.web.pages.oncall.override import add_override, end_override, show_override
from tocsin.surfaces.web.pages.oncall.person import show_person
from tocsin.surfaces.web.pages.oncall.reachability import ask_for_proof, show_reachability
from tocsin.surfaces.web.pages.oncall.readiness import send_test_page, show_readiness, try_probes
from tocsin.surfaces.web.pages.oncall.schedule import show_schedule
from tocsin.surfaces.web.pages.oncall.show import show_on_call
from tocsin.surfaces.web.pages.paging.acknowledge_link import (
    acknowledge_by_link,
    show_acknowledge_link,
    show_short_link,
)
from tocsin.surfaces.web.pages.paging.answer_by_link import (
    decline_by_link,
    escalate_by_link,
    mark_actionable_by_link,
    mark_not_actionable_by_link,
    snooze_by_link,
)
from tocsin.surfaces.web.pages.paging.respond import (
    add_responders,
    decline,
    escalate,
    mark,
    reassign,
    snooze,
)
from tocsin.surfaces.web.pages.policies.edit import add_policy, change_policy, show_edit_policy, show_new_policy
from tocsin.surfaces.web.pages.policies.list import list_policies
from tocsin.surfaces.web.pages.policies.rename import copy_policy, remove_policy, rename_policy
from tocsin.surfaces.web.pages.policies.show import show_policy
from tocsin.surfaces.web.pages.policies.simulate import simulate_policy
from tocsin.surfaces.web.pages.postmortems.edit import preview_text, save_text, show_editor
from tocsin.surfaces.web.pages.postmortems.export import download as download_postmortem
from tocsin.surfaces.web.pages.postmortems.export import show_chart, show_print
from tocsin.surfaces.web.pages.postmortems.history import restore_version, show_history
from tocsin.surfaces.web.pages.postmortems.list import list_postmortems
from tocsin.surfaces.web.pages.postmortems.meeting import invite as invite_to_meeting
from tocsin.surfaces.web.pages.postmortems.meeting import show_meeting
from tocsin.surfaces.web.pages.postmortems.reading import as_opened
from tocsin.surfaces.web.pages.postmortems.review import (
    add_comment,
    ask_for_review,
    assign_owner,
    give_review,
    mark_read,
    measure_again,
    publish,
    publish_to_wiki,
    resolve_comment,
    say_cost,
)
from tocsin.surfaces.web.pages.postmortems.show import draft_postmortem, show_postmortem
from tocsin.surfaces.web.pages.services.list import list_services
from tocsin.surfaces.web.pages.settings import send_test, show_settings
from tocsin.surfaces.web.pages.silences.edit import (
    add_silence,
    change_silence,
    expire_silence,
    preview_silence,
    show_edit_silence,
    show_new_silence,
)
from tocsin.surfaces.web.pages.silences.list import list_silences
from tocsin.surfaces.web.pages.silences.show import show_silence
from tocsin.surfaces.web.pages.styleguide import show_styleguide
from tocsin.surfaces.web.pages.swaps.give import give_shift, show_give
from tocsin.surfaces.web.pages.swaps.list import (
    accept_swap,
    decline_swap,
    show_swaps,
    take_cover,
    withdraw_cover,
    withdraw_swap,
)
from tocsin.surfaces.web.pages.templates.edit import change_template, reset_template, show_template
from tocsin.surfaces.web.pages.templates.list import list_templates
from tocsin.surfaces.web.problems import ProblemPages
from tocsin.surfaces.web.refusals import noting
from tocsin.surfaces.web.render import Pages
from tocsin.surfaces.web.security import OriginGuard, SecurityHeaders
from tocsin.surfaces.web.site import Site
from tocsin.surfaces.web.visits import as_guest, as_viewer, read_form, refuse_unreadable

_LARGEST_FORM = 256 * 1024

HANDLERS = [
    show_now,
    show_board,
    stream_now,
    list_incidents,
    show_search,
    show_declare,
    declare,
    show_incident,
    show_parts,
    stream_incident,
    show_deliveries,
    acknowledge,
    change_status,
    make_private,
    add_members,
    remove_member,
    run_checks,
    add_check,
    remove_check,
    tick_check,
    resolve,
    add_note,
    merge,
    split,
    link,
    unlink,
    list_actions,
    add_action,
    move_action,
    show_insights,
    show_guard_rails,
    show_response,
    show_origins,
    list_reports,
    make_anew,
    show_report,
    show_severity_review,
    show_slos,
    correct_instant,
    set_eta,
    name_cause,
    set_conference,
    change_severity,
    learn_facts,
    tick_item,
    assign_role,
    release_role,
    set_team_size,
    switch_sync,
    show_understood,
    show_correction,
    correct_entry,
    show_redaction,
    redact_entry,
    attach_file,
    serve_file,
    add_task,
    move_task,
    offer_handoff,
    accept_role,
    decline_handoff,
    withdraw_handoff,
    begin_mitigation,
    finish_mitigation,
    made_worse,
    decline,
    escalate,
    snooze,
    reassign,
    add_responders,
    mark,
    show_update,
    post_update,
    preview_update,
    list_postmortems,
    show_postmortem,
    draft_postmortem,
    show_editor,
    save_text,
    preview_text,
    show_history,
    restore_version,
    show_print,
    show_chart,
    download_postmortem,
    publish_to_wiki,
    show_meeting,
    invite_to_meeting,
    add_comment,
    resolve_comment,
    ask_for_review,
    give_review,
    assign_owner,
    say_cost,
    measure_again,
    mark_read,
    publish,
    list_alerts,
    show_alert,
    close_alert,
    list_silences,
    show_new_silence,
    add_silence,
    preview_silence,
    show_silence,
    show_edit_silence,
    change_silence,
    expire_silence,
    list_services,
    show_settings,
    send_test,
    show_styleguide,
    list_templates,
    show_template,
    change_template,
    reset_template,
    list_maintenance,
    show_new_maintenance,
    add_maintenance,
    end_maintenance,
    list_heartbeats,
    show_heartbeat,
    pause_heartbeat,
    resume_heartbeat,
    show_on_call,
    show_swaps,
    show_give,
    give_shift,
    accept_swap,
    decline_swap,
    withdraw_swap,
    take_cover,
    withdraw_cover,
    show_calendar,
    show_schedule,
    show_load,
    show_proposal,
    propose_step,
    download_load,
    download_compensation,
    show_feeds,
    make_feed,
    revoke_feed,
    serve_calendar_feed,
    show_leave,
    add_leave,
    end_leave,
    show_override,
    add_override,
    end_override,
    show_person,
    show_handoff,
    write_note,
    sign_handoff,
    accept_handoff,
    add_entry,
    strike_entry,
    show_reachability,
    ask_for_proof,
    show_readiness,
    send_test_page,
    try_probes,
    list_policies,
    show_policy,
    show_new_policy,
    add_policy,
    show_edit_policy,
    change_policy,
    rename_policy,
    copy_policy,
    remove_policy,
    simulate_policy,
    show_acknowledge_link,
    show_short_link,
    acknowledge_by_link,
    decline_by_link,
    snooze_by_link,
    escalate_by_link,
    mark_actionable_by_link,
    mark_not_actionable_by_link,
    show_sign_in,
    submit_sign_in,
    sign_out,
    show_link,
    redeem_link,
    show_device,
    add_device,
    renew_subscription,
    show_contact_card,
    show_notifications,
    show_signing_secret,
    send_test_message,
    change_rules,
    change_quiet_hours,
    add_contact,
    enter_code,
    send_another_code,
    move_contact,
    remove_contact,
    show_password,
    set_password,
    choose_theme,
    show_account,
    end_my_session,
    make_my_token,
    revoke_my_token,
    list_people,
    show_invite,
    invite,
    show_user,
    make_link,
    withdraw_link,
    change_role,
    disable,
    enable,
    end_persons_session,
    revoke_persons_token,
    show_audit,
    download_audit_lines,
    download_audit_table,
]


class WebPages:
    """The pages of one process: `router` for the application, `problems` for addresses that lead nowhere."""

    def __init__(self, db: Database, hub: Hub, site: Site, charts: Renderer) -> None:
        assets = load_assets()
        pages = Pages(assets)
        self.problems = ProblemPages(pages, lambda: db.clock.now())
        self.router = Router(
            "/",
            route_handlers=[*HANDLERS, serve_asset, serve_worker, show_manifest, show_offline],
            dependencies={
                "db": _given(db),
                "hub": _given(hub),
                "onlookers": _given(Onlookers(db)),
                "site": _given(site),
                "assets": _given(assets),
                "pages": _given(pages),
                "charts": _given(charts),
                "guest": Provide(as_guest),
                "visit": Provide(as_viewer),
                "form": Provide(read_form),
                "opened": Provide(as_opened, sync_to_thread=False),
            },
            before_request=refuse_unreadable,
            guards=[OriginGuard(site.public_url)],
            exception_handlers={
                TocsinError: self.problems.refused,
                Forbidden: noting(self.problems, db, site),
                HTTPException: self.problems.http,
                psycopg.OperationalError: self.problems.database_away,
                Exception: self.problems.failed,
            },
            middleware=[SecurityHeaders],
            request_max_body_size=_LARGEST_FORM,
            include_in_schema=False,
        )


def _given(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False, use_cache=True)
