"""Incident names are read leniently and written one way; time-ordered ids carry version and variant."""

import pytest

from tocsin.kernel.errors import Invalid
from tocsin.kernel.ids import incident_ref, parse_incident_ref, uuid7


@pytest.mark.parametrize("text", ["INC-17", "inc-17", " 17 ", "Inc-17"])
def test_an_incident_is_found_by_each_way_to_write_it(text: str) -> None:
    assert incident_ref(parse_incident_ref(text)) == "INC-17"


@pytest.mark.parametrize("text", ["", "INC-", "INC-1x", "-1", "INC-1234567890", "１７", "INC–17"])
def test_what_is_no_incident_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_incident_ref(text)
    assert "INC-1" in refusal.value.remedy


def test_time_ordered_ids_are_version_7_and_unique() -> None:
    ids = [uuid7() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {(i.version, i.variant) for i in ids} == {(7, "specified in RFC 4122")}
    assert [i.int >> 80 for i in ids] == sorted(i.int >> 80 for i in ids)
