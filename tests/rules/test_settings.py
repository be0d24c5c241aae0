"""Every setting: where it comes from, what is refused, and what is never shown."""

import base64
from pathlib import Path

import pytest

from tocsin.kernel.errors import Invalid, Unavailable
from tocsin.settings import MEANINGS, describe, find_listen_fd, load, with_secret_key

KEY = base64.b64encode(bytes(range(32))).decode()


def values(environment: dict[str, str], toml: dict[str, object] | None = None) -> dict[str, tuple[str, str]]:
    return {name: (value, source) for name, value, source in describe(load(environment, toml or {}))}


def test_the_environment_wins_over_the_file_and_both_over_the_default() -> None:
    told = values({"TOCSIN_LISTEN": "0.0.0.0:80"}, {"listen": "127.0.0.1:1", "log_level": "debug"})
    assert told["listen"] == ("0.0.0.0:80", "TOCSIN_LISTEN")
    assert told["log_level"] == ("debug", "tocsin.toml")
    assert told["log_format"] == ("text", "default")


def test_every_setting_is_described() -> None:
    assert list(values({})) == list(MEANINGS)


@pytest.mark.parametrize(
    ("listen", "url"),
    [
        ("127.0.0.1:8377", "http://127.0.0.1:8377"),
        ("0.0.0.0:80", "http://127.0.0.1:80"),
        (":9000", "http://127.0.0.1:9000"),
        ("[::1]:9000", "http://[::1]:9000"),
        ("[::]:9000", "http://[::1]:9000"),
        ("tocsin.internal:9000", "http://tocsin.internal:9000"),
    ],
)
def test_without_a_public_url_links_lead_to_where_we_listen(listen: str, url: str) -> None:
    assert load({"TOCSIN_LISTEN": listen}, {}).public_url == url


def test_an_empty_variable_is_an_absent_one() -> None:
    assert load({"TOCSIN_DATABASE_URL": ""}, {}).database_url is None


def test_lists_are_written_with_commas_or_as_a_list() -> None:
    networks = ("10.0.0.0/8", "192.168.1.0/24")
    assert load({"TOCSIN_ALLOWED_NETWORKS": "10.0.0.0/8, 192.168.1.0/24"}, {}).allowed_networks == networks
    assert load({}, {"allowed_networks": list(networks)}).allowed_networks == networks


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("listen", "8377", "listen (from TOCSIN_LISTEN): it must be host:port, such as 127.0.0.1:8377."),
        ("listen", "127.0.0.1:99999", "listen (from TOCSIN_LISTEN): it must be host:port, such as 127.0.0.1:8377."),
        ("trusted_proxies", "10.0.0.5, *", "* is neither an address nor a network such as 10.1.0.0/16."),
        ("trusted_proxies", "proxy.internal", "proxy.internal is neither an address nor a network"),
        ("public_url", "tocsin.example.com", "it must begin with http:// or https:// and name a host."),
        ("smtp_url", "mail.example.com:25", "it must begin with smtp:// or smtps:// and name a host."),
        ("log_level", "loud", "loud is none of debug, info, warning, error."),
        ("metrics_token", "short", "16 characters or more are needed, as `openssl rand -hex 16` prints them."),
        ("attachment_size", "30MB", "it is 25 MB at most."),
        ("attachment_size", "much", "it must be a size such as 500kB or 10MB."),
        ("attachment_count", "-1", "a whole number is needed."),
        ("secret_key", "short", "32 bytes in base64 or hex are needed, as `openssl rand -base64 32` prints them."),
    ],
)
def test_a_value_that_makes_no_sense_is_named_with_its_source(name: str, value: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        load({f"TOCSIN_{name.upper()}": value}, {})
    assert refusal.value.field == name
    assert said in refusal.value.message
    assert refusal.value.remedy == f"It is {MEANINGS[name]}."


def test_limits_of_files_are_read_and_shown_as_people_write_them() -> None:
    settings = load({"TOCSIN_ATTACHMENT_SIZE": "500 kB", "TOCSIN_ATTACHMENT_COUNT": "7"}, {"attachments_size": "1GB"})
    assert settings.attachment_size == 500_000
    told = {name: value for name, value, _ in describe(settings)}
    sizes = (told["attachment_size"], told["attachment_count"], told["attachments_size"])
    assert sizes == ("500 kB", "7", "1000 MB")
    assert load({}, {"attachment_size": 20}).attachment_size == 20


def test_a_setting_that_does_not_exist_is_named() -> None:
    with pytest.raises(
        Invalid, match=r"tocsin\.toml names a setting that does not exist: listem\. Did you mean listen\?"
    ):
        load({}, {"listem": "127.0.0.1:1"})
    with pytest.raises(Invalid, match=r"does not exist: colour\. See what there is with: tocsin admin settings"):
        load({}, {"colour": "red"})


def test_a_variable_that_is_nearly_a_setting_is_noticed_and_a_secret_of_the_configuration_is_not() -> None:
    assert load({"TOCSIN_SMPT_URL": "smtp://mail"}, {}).misspelt == (("TOCSIN_SMPT_URL", "TOCSIN_SMTP_URL"),)
    fine = {"TOCSIN_PROMETHEUS_KEY": "x", "TOCSIN_URL": "http://x", "TOCSIN_TOKEN": "x", "TOCSIN_LOG_LEVEL": "info"}
    assert load(fine, {}).misspelt == ()


def test_secrets_are_never_shown() -> None:
    settings = load(
        {
            "TOCSIN_SECRET_KEY": KEY,
            "TOCSIN_DATABASE_URL": "postgresql://tocsin:hush@db/tocsin",
            "TOCSIN_SMTP_URL": "smtp://me:hush@mail:587",
            "TOCSIN_HEARTBEAT_URL": "https://hc.example.com/ping/hush",
            "TOCSIN_METRICS_TOKEN": "hush-hush-hush-hush",
        },
        {},
    )
    told = {name: value for name, value, _ in describe(settings)}
    assert told["secret_key"] == "(hidden)"
    assert told["database_url"] == "postgresql://tocsin:…@db/tocsin"
    assert told["smtp_url"] == "smtp://me:…@mail:587"
    assert told["metrics_token"] == "(hidden)"
    assert told["heartbeat_url"] == "https://hc.example.com/…"
    assert load({"TOCSIN_DATABASE_URL": "host=db password=hush"}, {}).database_url == "host=db password=hush"
    assert "hush" not in str(values({"TOCSIN_DATABASE_URL": "host=db password=hush"}))
    assert "hush" not in repr(settings)


def test_the_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = load({"TOCSIN_DATA_DIR": str(tmp_path / "data")}, {})
    first = with_secret_key(settings)
    assert len(first.secret_key) == 32
    assert with_secret_key(settings).secret_key == first.secret_key
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_given_key_is_used_in_base64_and_in_hex(tmp_path: Path) -> None:
    for text in (KEY, bytes(range(32)).hex()):
        settings = load({"TOCSIN_SECRET_KEY": text, "TOCSIN_DATA_DIR": str(tmp_path)}, {})
        assert with_secret_key(settings).secret_key == bytes(range(32))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_key_file_is_not_replaced(tmp_path: Path) -> None:
    """A new key would silently break every link and webhook secret that was handed out."""
    (tmp_path / "secret.key").write_text("torn")
    with pytest.raises(Unavailable, match=r"cannot be read: .* Put back the file from a backup"):
        with_secret_key(load({"TOCSIN_DATA_DIR": str(tmp_path)}, {}))


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"LISTEN_PID": "7", "LISTEN_FDS": "1"}, 3),
        ({"LISTEN_PID": "7", "LISTEN_FDS": "0"}, None),
        ({"LISTEN_PID": "8", "LISTEN_FDS": "1"}, None),
    ],
)
def test_a_socket_of_systemd_counts_only_for_its_process(environment: dict[str, str], expected: int | None) -> None:
    assert find_listen_fd(environment, 7) == expected


def test_a_provider_has_a_section_of_its_own_and_its_secrets_are_hidden() -> None:
    settings = load(
        {"TOCSIN_TWILIO_AUTH_TOKEN": "s3cret", "TOCSIN_TWILIO_NUMBER": "+1 (555) 765-4321"},
        {"sms_gateway_headers": ["Authorization: Basic {secret}"], "sms_gateway_success": 202},
    )
    assert settings.twilio.number == "+15557654321"
    assert settings.sms_gateway.headers == (("Authorization", "Basic {secret}"),)
    assert settings.sms_gateway.success == ("202",)
    assert settings.twilio.url == "https://api.twilio.com"
    told = {name: (value, source) for name, value, source in describe(settings)}
    assert told["twilio_auth_token"] == ("(hidden)", "TOCSIN_TWILIO_AUTH_TOKEN")
    assert told["sms_gateway_headers"] == ("(hidden)", "tocsin.toml")
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("twilio_number", "0555 7654321", "a number begins with + and the country, such as +49 151 12345678."),
        ("sms_provider", "pigeon", "pigeon is none of twilio, gateway."),
        ("sms_segments", "0", "at least 1 is needed."),
        ("sms_gateway_url", "http://10.0.0.9/?to={number}", "{number} is none of {to}, {text}"),
        ("sms_gateway_headers", "Authorization", "each header is written as Name: value."),
        ("sms_gateway_success", "2xx, yes", "yes is no status such as 202 or 2xx."),
    ],
)
def test_what_makes_no_sense_of_a_provider_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        load({f"TOCSIN_{name.upper()}": value}, {})
    assert refusal.value.field == name
    assert said in refusal.value.message
