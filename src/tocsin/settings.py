"""Every setting of the program in one frozen value, and where each came from. The only reader of the environment.

A setting is looked up as `TOCSIN_<NAME>` in the environment (a few also by a name that is standard), then as `<name>`
in `tocsin.toml`, then has its default.
"""

import base64
import os
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from tocsin.kernel.durations import format_duration
from tocsin.kernel.errors import Invalid, Unavailable
from tocsin.kernel.sizes import size_words
from tocsin.provider_settings import (
    OPTIONS,
    SECTIONS,
    Confluence,
    Costs,
    Gateway,
    Inbound,
    Otlp,
    Pushover,
    Sms,
    Twilio,
    Voice,
)
from tocsin.setting_readers import (
    KEY_BYTES,
    one_of,
    parse_address,
    read_bounce_address,
    read_count,
    read_file_size,
    read_flag,
    read_key,
    read_keys,
    read_list,
    read_listen,
    read_networks,
    read_pace,
    read_path,
    read_public_url,
    read_size,
    read_smtp_url,
    read_span,
    read_text,
    read_token,
)

PREFIX = "TOCSIN_"
ELSEWHERE = ("TOCSIN_CONFIG", "TOCSIN_URL", "TOCSIN_TOKEN")
"""Variables of ours that are no settings of the server."""
LOOKS_LIKE = 0.88
"""How much a name has to be like that of a setting, to be taken for a slip of the pen: 1 is the same."""
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("text", "json")


@dataclass(frozen=True)
class Settings:
    """`sources` says of each field where its value came from; `secret_key` is empty until `with_secret_key`."""

    data_dir: Path
    database_url: str | None = field(default=None, repr=False)
    listen: str = "127.0.0.1:8377"
    public_url: str = "http://127.0.0.1:8377"
    smtp_url: str | None = field(default=None, repr=False)
    smtp_listen: str | None = None
    smtp_tls_cert: Path | None = None
    smtp_tls_key: Path | None = None
    mail_from: str = "Tocsin <tocsin@localhost>"
    mail_bounce_address: str | None = None
    allowed_networks: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    log_level: str = "info"
    log_format: str = "text"
    heartbeat_url: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    pg_bin: Path | None = None
    handoff_draft: timedelta | None = timedelta(hours=4)
    shift_reminder: timedelta | None = timedelta(hours=24)
    reachability_test: timedelta | None = timedelta(days=7)
    allow_commands: bool = False
    attachment_size: int = 10_000_000
    attachment_count: int = 200
    attachments_size: int = 200_000_000
    secret_key: bytes = field(default=b"", repr=False)
    storage_keys: tuple[bytes, ...] = field(default=(), repr=False)
    twilio: Twilio = field(default_factory=Twilio)
    sms: Sms = field(default_factory=Sms)
    sms_gateway: Gateway = field(default_factory=Gateway)
    otlp: Otlp = field(default_factory=Otlp)
    voice: Voice = field(default_factory=Voice)
    voice_gateway: Gateway = field(default_factory=Gateway)
    voice_hang_up: Gateway = field(default_factory=Gateway)
    gateway: Inbound = field(default_factory=Inbound)
    costs: Costs = field(default_factory=Costs)
    pushover: Pushover = field(default_factory=Pushover)
    confluence: Confluence = field(default_factory=Confluence)
    listen_fd: int | None = None
    misspelt: tuple[tuple[str, str], ...] = ()
    """A listening socket that systemd hands over (its socket activation), instead of `listen`."""
    sources: Mapping[str, str] = field(default_factory=dict[str, str], repr=False, compare=False)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        return parse_address(self.listen)

    @property
    def profile_url(self) -> str:
        """How a command on this machine reaches us."""
        host, port = self.address
        near = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        return f"http://{near}:{port}"


STANDARD: Mapping[str, str] = {
    "otlp_endpoint": "OTEL_EXPORTER_OTLP_ENDPOINT",
    "otlp_headers": "OTEL_EXPORTER_OTLP_HEADERS",
}
"""Variables that other programs of an installation read as well: they count where our own is not set."""

_SPANS = ("handoff_draft", "shift_reminder", "reachability_test")
_SIZES = ("attachment_size", "attachments_size")

# What each setting is for; `tocsin admin settings` and the reference page show these sentences.
MEANINGS: Mapping[str, str] = {
    "data_dir": "the folder for the embedded database and the secret key",
    "database_url": "an outside PostgreSQL 15 or newer; without it the embedded one is used",
    "listen": "host:port to serve on",
    "public_url": "how people and programs reach this Tocsin; links in messages begin with it",
    "smtp_url": "the mail server: smtp://user:password@host:587, or smtps:// for TLS from the first byte",
    "smtp_listen": "host:port to take mails to integrations of type email on; without it none are taken",
    "smtp_tls_cert": "a PEM file, the certificate by which smtp_listen offers STARTTLS; without it mails come in clear",
    "smtp_tls_key": "a PEM file with the key of smtp_tls_cert, where it is not in the same file",
    "mail_from": "the sender of our mails",
    "mail_bounce_address": "where mails come back to, an address that leads to smtp_listen: bounces@in.example.com",
    "allowed_networks": "private networks that webhooks may reach, comma-separated: 10.0.0.0/8",
    "trusted_proxies": "proxies whose X-Forwarded-* headers are believed, comma-separated: 10.0.0.5, 10.1.0.0/16",
    "log_level": f"one of {', '.join(LOG_LEVELS)}",
    "log_format": "text for people, json for machines (one object a line)",
    "heartbeat_url": "an address that is asked each minute while Tocsin is well; let it complain when that stays away",
    "metrics_token": "the Bearer token of whoever reads /metrics; without it only this machine may ask",
    "pg_bin": "a folder with other PostgreSQL programs for the embedded database",
    "handoff_draft": "how long before a shift ends the draft of its hand-off is sent: 4h; off: never, nor is it missed",
    "shift_reminder": "how long before a shift its people are reminded, and looked at whether they are ready: 24h; off",
    "reachability_test": "how often each contact of those on call is tested, in working hours: 7d, from 1d to 28d; off",
    "allow_commands": "on: workers run the commands of access probes, which the configuration names; off by default",
    "attachment_size": "the largest file that may be attached to an incident: 10MB, at most 25MB",
    "attachment_count": "how many files an incident may have: 200",
    "attachments_size": "how much all files of an incident may have together: 200MB",
    "secret_key": "32 bytes in base64 or hex that sign links and webhooks; without it the data folder keeps one",
    "storage_keys": "keys that seal secret addresses in the database, comma-separated, the newest first, each like "
    "secret_key; without it they are the data folder's, or made from secret_key",
    **{name: option.meaning for name, option in OPTIONS.items()},
}
SETTING_NAMES = tuple(MEANINGS)


def load(environment: Mapping[str, str], toml: Mapping[str, Any], *, toml_name: str = "tocsin.toml") -> Settings:
    """Raises Invalid, naming the setting and where it stands, for an unknown name or a value that makes no sense."""
    unknown = sorted(set(toml) - set(SETTING_NAMES))
    if unknown:
        meant = get_close_matches(unknown[0], SETTING_NAMES, n=1)
        raise Invalid(
            f"{toml_name} names a setting that does not exist: {unknown[0]}.",
            f"Did you mean {meant[0]}?" if meant else "See what there is with: tocsin admin settings",
            field=unknown[0],
        )
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name in SETTING_NAMES:
        variable = PREFIX + name.upper()
        if environment.get(variable, "") == "" and name in STANDARD:
            variable = STANDARD[name]
        if environment.get(variable, "") != "":
            raw, sources[name] = cast("Any", environment[variable]), variable
        elif name in toml:
            raw, sources[name] = toml[name], toml_name
        else:
            sources[name] = "default"
            continue
        values[name] = read_value(name, raw, sources[name])
    values.setdefault("data_dir", default_data_dir(environment))
    listen = values.get("listen", Settings.listen)
    if "public_url" not in values:
        values["public_url"] = Settings(data_dir=Path(), listen=listen).profile_url
    return Settings(
        **_in_sections(values),
        listen_fd=find_listen_fd(environment, os.getpid()),
        sources=sources,
        misspelt=find_misspelt(environment),
    )


def find_misspelt(environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Variables that are no settings and look like one, each with what is meant: nothing reads them. A secret that the
    configuration reads from the environment may have any name, and so they are not refused."""
    known = [PREFIX + name.upper() for name in SETTING_NAMES]
    others = sorted(name for name in environment if name.startswith(PREFIX) and name not in {*known, *ELSEWHERE})
    found = ((name, get_close_matches(name, known, n=1, cutoff=LOOKS_LIKE)) for name in others)
    return tuple((name, meant[0]) for name, meant in found if meant)


def _in_sections(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with those of each section in one value of its own."""
    found: dict[str, Any] = {}
    in_section: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for name, value in values.items():
        option = OPTIONS.get(name)
        if option is None:
            found[name] = value
        else:
            in_section[option.section][option.field] = value
    return found | {section: SECTIONS[section](**options) for section, options in in_section.items()}


def find_variable(name: str) -> str | None:
    """A variable of this process that a check of the configuration names (`env:NAME`); None: it is not set. Tocsin's
    own are nobody's to read."""
    return None if name.upper().startswith(PREFIX) else os.environ.get(name, "").strip() or None


def find_listen_fd(environment: Mapping[str, str], pid: int) -> int | None:
    """The first socket of systemd's, when it is meant for this process (sd_listen_fds(3))."""
    meant_for_us = environment.get("LISTEN_PID") == str(pid) and environment.get("LISTEN_FDS", "0") != "0"
    return 3 if meant_for_us else None


def load_here() -> Settings:
    """From this process's environment, and from `TOCSIN_CONFIG`, `./tocsin.toml` or `/etc/tocsin/tocsin.toml`."""
    named = os.environ.get(f"{PREFIX}CONFIG")
    candidates = [Path(named)] if named else [Path("tocsin.toml"), Path("/etc/tocsin/tocsin.toml")]
    for path in candidates:
        try:
            text = path.read_text()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise Unavailable(
                f"Cannot read the settings in {path}: {error.strerror}.", "Mend its permissions."
            ) from error
        try:
            return load(os.environ, tomllib.loads(text), toml_name=str(path))
        except tomllib.TOMLDecodeError as error:
            raise Invalid(f"{path} is not TOML: {error}.", "Mend that line.") from error
    if named:
        raise Unavailable(f"TOCSIN_CONFIG names {named}, which is not there.", "Name a file, or unset it.")
    return load(os.environ, {})


def default_data_dir(environment: Mapping[str, str]) -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/tocsin")
    base = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME") or Path.home()) / ".local/share")
    return Path(base) / "tocsin"


def read_value(name: str, raw: object, source: str) -> object:
    try:
        return READERS.get(name, read_text)(raw)
    except ValueError as error:
        raise Invalid(f"{name} (from {source}): {error}.", f"It is {MEANINGS[name]}.", field=name) from error


READERS: Mapping[str, Callable[[object], object]] = {
    "data_dir": read_path,
    "pg_bin": read_path,
    "listen": read_listen,
    "smtp_listen": read_listen,
    "smtp_tls_cert": read_path,
    "smtp_tls_key": read_path,
    "public_url": read_public_url,
    "smtp_url": read_smtp_url,
    "mail_bounce_address": read_bounce_address,
    "heartbeat_url": read_public_url,
    "metrics_token": read_token,
    "allowed_networks": read_list,
    "trusted_proxies": read_networks,
    "log_level": one_of(LOG_LEVELS),
    "log_format": one_of(LOG_FORMATS),
    "handoff_draft": read_span,
    "shift_reminder": read_span,
    "reachability_test": read_pace,
    "allow_commands": read_flag,
    "attachment_size": read_file_size,
    "attachment_count": read_count,
    "attachments_size": read_size,
    "secret_key": read_key,
    "storage_keys": read_keys,
    **{name: option.read for name, option in OPTIONS.items()},
}


def with_secret_key(settings: Settings) -> Settings:
    """The settings with the installation's key: the given one, or `<data_dir>/secret.key`, made when missing."""
    if settings.secret_key:
        return settings
    path = settings.data_dir / "secret.key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as error:
        raise Unavailable(
            f"Cannot keep the secret key in {path}: {error.strerror}.",
            "Let this user write there, name another folder with TOCSIN_DATA_DIR, or set TOCSIN_SECRET_KEY.",
        ) from error
    else:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
    sources = {**settings.sources, "secret_key": str(path)}
    return replace(settings, secret_key=read_value_of_key_file(path), sources=sources)


def read_value_of_key_file(path: Path) -> bytes:
    try:
        return read_key(path.read_text())
    except (OSError, ValueError) as error:
        raise Unavailable(
            f"The secret key in {path} cannot be read: {error}.",
            "Put back the file from a backup; with a new one, links and webhook secrets that were sent stop working.",
        ) from error


def describe(settings: Settings) -> list[tuple[str, str, str]]:
    """(name, value, where from) of each setting, in order; secrets are hidden."""
    return [
        (name, shown(name, _value_of(settings, name)), settings.sources.get(name, "default")) for name in SETTING_NAMES
    ]


def _value_of(settings: Settings, name: str) -> object:
    option = OPTIONS.get(name)
    return getattr(settings, name) if option is None else getattr(getattr(settings, option.section), option.field)


def shown(name: str, value: object) -> str:
    if name in ("secret_key", "storage_keys", "metrics_token") or (name in OPTIONS and OPTIONS[name].is_secret):
        return "(hidden)" if value else ""
    if name in ("database_url", "smtp_url") and isinstance(value, str):
        return hide_password(value)
    if name == "heartbeat_url" and isinstance(value, str):
        return f"{urlsplit(value).scheme}://{urlsplit(value).hostname}/…"
    if isinstance(value, tuple):
        items = cast("tuple[str | tuple[str, object], ...]", value)
        return ", ".join(each if isinstance(each, str) else f"{each[0]}={each[1]}".lstrip("=") for each in items)
    if isinstance(value, bool):
        return "on" if value else "off"
    if name in _SPANS:
        return "off" if value is None else format_duration(cast("timedelta", value))
    if name in _SIZES:
        return size_words(cast("int", value))
    return "" if value is None else str(value)


def hide_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        return url if "password=" not in url else "(hidden)"
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":…@")))
