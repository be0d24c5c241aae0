"""Names, passwords, token lengths and limits: the pure decisions of accounts (SEC-1, SEC-2, SEC-3)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.accounts import rules
from tocsin.accounts.model import GRANTS, Attempts, Permission, Role, UserDraft, Viewer
from tocsin.kernel.errors import Forbidden, Invalid, TooManyAttempts

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.VIEWER, {Permission.READ}),
        (Role.RESPONDER, {Permission.READ, Permission.RESPOND, Permission.SILENCE, Permission.SCHEDULE}),
        (Role.MANAGER, set(Permission) - {Permission.CONFIGURE, Permission.ADMINISTER}),
        (Role.ADMIN, set(Permission)),
    ],
)
def test_each_role_may_what_the_ones_before_it_may_and_a_little_more(role: Role, may: set[Permission]) -> None:
    viewer = Viewer(1, "alice", role, (1,))
    assert {permission for permission in Permission if viewer.may(permission)} == may


def test_every_permission_has_a_role() -> None:
    assert set(GRANTS) == set(Permission)


def test_a_refusal_names_the_person_the_deed_and_the_role_it_takes() -> None:
    with pytest.raises(Forbidden) as refused:
        Viewer(1, "bob", Role.VIEWER, (1,)).require(Permission.RESPOND, "acknowledge incidents")
    assert refused.value.message == "@bob acts as viewer and may not acknowledge incidents."
    assert "responder" in refused.value.remedy


@pytest.mark.parametrize("name", ["alice", "a", "dave-2", "x.y_z", "0day", "a" * 64])
def test_slugs(name: str) -> None:
    assert rules.check_slug(name) == name


@pytest.mark.parametrize("name", ["", "Alice", "-a", "a-", "a b", "ä", "a/b", "a" * 65, "a\n", "a\0b"])
def test_what_is_no_slug(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_slug(name)
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    ("email", "fine"),
    [
        ("alice@example.com", True),
        ("a.b+c@ex-ample.co.uk", True),
        ("alice", False),
        ("alice@example.com\nBcc: x@y", False),
        ("<alice@example.com>", False),
        ("a@b,c@d", False),
        ("alice@exa mple.com", False),
    ],
)
def test_addresses_cannot_carry_a_second_header_or_address(email: str, fine: bool) -> None:
    draft = UserDraft(name="alice", email=email)
    if fine:
        assert rules.check_user(draft) is draft
    else:
        with pytest.raises(Invalid) as refused:
            rules.check_user(draft)
        assert refused.value.field == "email"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", None])
def test_time_zones(zone: str | None) -> None:
    rules.check_time_zone(zone)


@pytest.mark.parametrize("zone", ["Berlin", "../etc/passwd", "", "/etc/localtime"])
def test_what_is_no_time_zone(zone: str) -> None:
    with pytest.raises(Invalid):
        rules.check_time_zone(zone)


@pytest.mark.parametrize("password", ["short", "x" * 257, "alice@example.com", "aaaaaaaaaaaaaaaa", "abababababababab"])
def test_passwords_that_are_too_easy(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_password(password, "alice", "alice@example.com")
    assert refused.value.field == "password"


def test_a_few_unrelated_words_make_a_password() -> None:
    rules.check_password("correct horse battery staple", "alice", None)


@given(st.sampled_from(Role), st.sampled_from(Role))
def test_a_token_never_does_more_than_its_owner_or_its_cap(role: Role, cap: Role) -> None:
    lower = rules.lower_role(role, cap)
    assert lower.rank <= role.rank
    assert lower.rank <= cap.rank
    assert lower in (role, cap)


def test_every_token_ends() -> None:
    assert rules.token_expiry(NOON, None) == NOON + timedelta(days=90)
    for wrong in (timedelta(0), timedelta(days=-1), timedelta(days=400)):
        with pytest.raises(Invalid):
            rules.token_expiry(NOON, wrong)


@pytest.mark.parametrize(
    ("account", "address", "refused"), [(1, 1, False), (10, 30, False), (11, 1, True), (1, 31, True)]
)
def test_attempts_are_limited_by_account_and_by_address(account: int, address: int, refused: bool) -> None:
    began_at = NOON - timedelta(minutes=10)
    counted = Attempts(account, began_at), Attempts(address, began_at)
    assert rules.is_first_too_many(*counted) is refused
    if not refused:
        rules.check_attempts(*counted, NOON)
        return
    with pytest.raises(TooManyAttempts) as limit:
        rules.check_attempts(*counted, NOON)
    assert limit.value.retry_after == 5 * 60
    assert "5 min" in limit.value.remedy


def test_where_nobody_knows_the_address_only_the_account_is_limited() -> None:
    rules.check_attempts(Attempts(10, NOON), None, NOON)
    with pytest.raises(TooManyAttempts):
        rules.check_attempts(Attempts(11, NOON), None, NOON)
