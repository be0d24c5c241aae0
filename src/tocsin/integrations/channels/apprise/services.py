"""Which services of Apprise a contact may name: those that speak HTTP to one server, and that no channel here does
better. What acts on this machine (D-Bus, syslog) or speaks another protocol is not among them.
"""

SERVICES = frozenset(
    {
        "bark", "barks", "chanify", "cliq", "dingtalk", "feishu", "flock", "groupme", "guilded", "hassio", "hassios",
        "humhub", "humhubs", "join", "kook", "lametric", "lametrics", "lark", "line", "mastodon", "mastodons", "nctalk",
        "nctalks", "pbul", "prowl", "psafer", "psafers", "pushdeer", "pushdeers", "pushed", "pushy", "revolt", "ringc",
        "rocket", "rockets", "ryver", "signal", "signals", "signl4", "simplepush", "spush", "synology", "synologys",
        "tgram", "threema", "twist", "webex", "wecombot", "whatsapp", "wxteams", "zulip",
    }
)  # fmt: skip
"""The scheme of an address, in front of its `://`."""

INSTEAD = {
    "discord": "discord",
    "gchat": "google-chat",
    "gotify": "gotify",
    "gotifys": "gotify",
    "json": "webhook",
    "jsons": "webhook",
    "mailto": "email",
    "mailtos": "email",
    "matrix": "matrix",
    "matrixs": "matrix",
    "mmost": "mattermost",
    "mmosts": "mattermost",
    "msteams": "teams",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "pover": "pushover",
    "slack": "slack",
    "twilio": "sms",
    "workflow": "teams",
    "workflows": "teams",
}
"""Services of Apprise that have a channel of their own here."""


def service_of(address: str) -> str:
    """ "tgram": all that may be shown of an address, for a token may stand anywhere in the rest."""
    return address.partition("://")[0].strip().lower()
