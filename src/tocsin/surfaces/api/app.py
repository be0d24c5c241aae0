"""Puts the API together: one router that authenticates, bounds and explains, and the description at openapi.json."""

from litestar import Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from tocsin.db.database import Database
from tocsin.kernel.live import Hub
from tocsin.settings import Settings
from tocsin.surfaces.api import (
    accounts,
    alerts,
    audit,
    calendars,
    channels,
    conference,
    config,
    contacts,
    cover,
    feeds,
    handoff,
    heartbeats,
    history,
    incidents,
    leave,
    maintenance,
    oncall,
    oncall_check,
    oncall_load,
    overrides,
    paging,
    privacy,
    readiness,
    roles,
    simulation,
    stream,
    swaps,
    templates,
    timeline,
    verification,
)
from tocsin.surfaces.api.callers import authenticating, provide_viewer, refuse_unreadable
from tocsin.surfaces.api.problems import exception_handlers
from tocsin.surfaces.api.site import site_of

PREFIX = "/api/v1"
MAX_BODY = 4 * 1024 * 1024
"""Bytes of a request: a large organisation's configuration fits several times."""


def build_router(db: Database, hub: Hub, settings: Settings) -> Router:
    """Everything below /api/v1; whoever composes the application mounts it beside the other surfaces."""
    site = site_of(settings)
    return Router(
        path=PREFIX,
        route_handlers=[
            incidents.declare,
            incidents.list_incidents,
            incidents.show,
            incidents.acknowledge,
            incidents.change_status,
            incidents.resolve,
            incidents.reopen,
            incidents.close,
            roles.show_roles,
            roles.assign_role,
            roles.release_role,
            roles.set_team_size,
            conference.set_conference,
            privacy.make_private,
            privacy.list_members,
            privacy.add_members,
            privacy.remove_member,
            verification.list_checks,
            verification.run_checks,
            verification.tick_check,
            paging.decline,
            paging.escalate,
            paging.snooze,
            paging.reassign,
            paging.add_responders,
            paging.mark,
            timeline.read,
            timeline.write,
            timeline.correct,
            timeline.explain,
            timeline.deliveries,
            oncall.on_call,
            oncall_check.check,
            oncall_check.gaps,
            handoff.show_handoff,
            handoff.write_note,
            handoff.sign,
            handoff.accept,
            handoff.add_entry,
            handoff.strike_entry,
            readiness.show_readiness,
            readiness.show_schedule_readiness,
            readiness.send_test_page,
            readiness.ask_for_probes,
            overrides.list_overrides,
            overrides.add_override,
            overrides.end_override,
            oncall_load.read_load,
            swaps.list_swaps,
            swaps.propose_swap,
            swaps.accept_swap,
            swaps.decline_swap,
            swaps.withdraw_swap,
            oncall_load.propose_load,
            cover.list_cover,
            cover.ask_cover,
            cover.take_cover,
            cover.withdraw_cover,
            oncall_load.read_compensation,
            leave.list_leave,
            leave.add_leave,
            leave.end_leave,
            calendars.list_calendars,
            feeds.list_feeds,
            feeds.make_feed,
            feeds.revoke_feed,
            feeds.read_calendar,
            alerts.list_alerts,
            alerts.list_reasons,
            alerts.show,
            alerts.list_silences,
            alerts.add_silence,
            alerts.change_silence,
            alerts.expire_silence,
            heartbeats.list_heartbeats,
            maintenance.list_maintenance,
            maintenance.add_maintenance,
            maintenance.end_maintenance,
            channels.list_channels,
            contacts.show_contacts,
            contacts.send_test,
            contacts.show_secret,
            contacts.replace_rules,
            templates.list_templates,
            templates.show_template,
            templates.edit_template,
            templates.reset_template,
            templates.preview,
            config.plan,
            config.apply,
            simulation.simulate,
            simulation.explain,
            history.read_history,
            history.read_setup,
            accounts.me,
            audit.read_audit,
            audit.verify_audit,
            stream.stream,
        ],
        guards=[authenticating(db)],
        before_request=refuse_unreadable,
        dependencies={
            "viewer": Provide(provide_viewer),
            "db": Provide(lambda: db, sync_to_thread=False),
            "hub": Provide(lambda: hub, sync_to_thread=False),
            "site": Provide(lambda: site, sync_to_thread=False),
        },
        exception_handlers=exception_handlers(db),
        request_max_body_size=MAX_BODY,
        security=[{"token": []}],
    )


def openapi_config(version: str) -> OpenAPIConfig:
    """The description at /api/v1/openapi.json; what is not of the API keeps itself out of it."""
    return OpenAPIConfig(
        title="Tocsin",
        version=version,
        path=f"{PREFIX}/openapi.json",  # Litestar answers everything below this path
        render_plugins=[JsonRenderPlugin(path="/")],
        components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
        use_handler_docstrings=True,
    )
