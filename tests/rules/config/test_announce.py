"""`announce:` of the organisation: what is read, what is refused by name, and what a plan shows of it."""

import pytest

from tocsin.catalog.model import AnnounceAddress, Organisation
from tocsin.config.files import load_texts
from tocsin.config.problems import ConfigurationInvalid
from tocsin.config.shape import Hidden, organisation_shape

ENVIRON = {"HOOK": "https://hooks.example.com/secret"}


def read(entries: str) -> tuple[AnnounceAddress, ...]:
    document = load_texts({"a.yaml": f"organisation: {{name: Example, announce: {entries}}}"}, ENVIRON)
    assert document.organisation is not None
    return document.organisation.value.announce


def test_each_entry_is_one_channel_with_its_address() -> None:
    assert read("[{email: a@example.com}, {webhook: env:HOOK}, {ntfy: https://ntfy.example.com/x, drills: false}]") == (
        AnnounceAddress("email", "a@example.com"),
        AnnounceAddress("webhook", "https://hooks.example.com/secret"),
        AnnounceAddress("ntfy", "https://ntfy.example.com/x", drills=False),
    )
    assert read("[]") == ()


@pytest.mark.parametrize(
    ("entries", "what"),
    [
        ("[{pager: '#ops'}]", "organisation.announce[0]: 'pager' is no way to announce. Use one of email, webhook"),
        ("[{drills: false}]", "organisation.announce[0]: An address to announce to names one channel."),
        ("[{email: a@example.com, ntfy: https://n.example.com/x}]", "names one channel"),
        ("[a@example.com]", "organisation.announce[0]"),
        ("a@example.com", "announce must be a list"),
        ("[{email: nobody}]", "organisation.announce[0].email"),
        ("[{webhook: 'ftp://example.com'}]", "organisation.announce[0].webhook"),
        ("[{webhook: env:MISSING}]", "The environment variable MISSING is not set."),
        ("[{email: a@example.com, drills: sometimes}]", "drills must be true or false"),
        (f"[{', '.join(['{email: a@example.com}'] * 11)}]", "More than 10 addresses."),
    ],
)
def test_what_is_wrong_is_named_with_its_place(entries: str, what: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refused:
        read(entries)
    assert what in str(refused.value)


def test_a_plan_shows_mail_addresses_and_of_others_only_the_host() -> None:
    announce = read("[{email: a@example.com}, {webhook: env:HOOK, drills: false}]")
    shape = organisation_shape(Organisation(announce=announce))
    hidden = Hidden("https://hooks.example.com/secret", "https://hooks.example.com/…")
    assert shape["announce"] == [{"email": "a@example.com"}, {"webhook": hidden, "drills": False}]
