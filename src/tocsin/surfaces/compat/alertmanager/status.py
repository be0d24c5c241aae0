"""`/status`, which amtool asks for before every command. The configuration is our routes, in Alertmanager's words."""

import platform
from typing import Any

import yaml

from tocsin.alerts.routing import Route
from tocsin.integrations.sources.contract import Answer
from tocsin.surfaces.compat.alertmanager.alerts import UNROUTED, receiver_names
from tocsin.surfaces.compat.alertmanager.call import Call, success, wire_time

SPEAKS = "0.25.0"
"""The version whose API this is; Debian's amtool warns when it differs from its own."""


async def get_status(call: Call) -> Answer:
    return success(
        {
            "cluster": {"peers": [], "status": "disabled"},
            "config": {"original": original_config(call)},
            "uptime": wire_time(call.rulebook.opened_at),
            "versionInfo": {
                "branch": "tocsin",
                "buildDate": "",
                "buildUser": "tocsin",
                "goVersion": f"python{platform.python_version()}",
                "revision": "tocsin",
                "version": SPEAKS,
            },
        }
    )


def original_config(call: Call) -> str:
    """What `amtool config routes show` and `test` read: a route tree whose receivers are our services."""
    router = call.rulebook.router
    names = receiver_names(call)
    default = router.default_service or UNROUTED
    config: dict[str, Any] = {
        "route": {"receiver": default, "routes": [_route(route) for route in router.routes]},
        "receivers": [{"name": name} for name in sorted({*names, default, UNROUTED})],
    }
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)


def _route(route: Route) -> dict[str, Any]:
    said = route.definition
    fields: dict[str, Any] = {"receiver": said.service or UNROUTED}
    if route.matchers:
        fields["matchers"] = [str(matcher) for matcher in route.matchers]
    if said.group_by is not None:
        fields["group_by"] = said.group_by
    if said.continue_:
        fields["continue"] = True
    return fields
