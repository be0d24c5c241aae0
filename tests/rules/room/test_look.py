"""What must hold of every look, whatever the facts: it names remedies, says each occurrence once, and never sleeps
through a change (GRD-1).
"""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.rules.room.examples import SRE, T0, facts, holds, mitigation
from tests.rules.room.test_guard_rails import BLAMING
from tocsin.catalog.severity import Escalation
from tocsin.incidents.model import Status
from tocsin.incidents.roles import RoleName
from tocsin.room.guard_rails import look
from tocsin.room.model import RoomFacts, ToldBeside, Written

INSTANTS = st.integers(0, 4 * 60).map(lambda minutes: T0 + timedelta(minutes=minutes))


@st.composite
def rooms(draw: st.DrawFn) -> RoomFacts:
    name = draw(st.sampled_from([None, "SEV-1", "SEV-2", "SEV-3"]))
    taken_at = draw(st.none() | INSTANTS)
    rule = Escalation("group:leadership", draw(st.timedeltas(timedelta(), timedelta(hours=2))))
    texts = st.sampled_from([BLAMING[0], "errors on every node", "restarted the broker"])
    attempts = st.tuples(st.sampled_from(["@alice", "@bob"]), st.booleans(), st.sampled_from([None, False]))
    written = draw(st.lists(st.tuples(INSTANTS, texts, st.sampled_from(["note", "observation", "action"])), max_size=4))
    return facts(
        severity=name,
        level=SRE.level(name)._replace(escalations=(rule,)) if name is not None else None,
        status=draw(st.sampled_from(Status)),
        incident={"acknowledged_at": taken_at},
        investigating_since=taken_at,
        graded_at=draw(INSTANTS),
        written=tuple(
            Written(id=n, at=at, by="bob", type=kind, text=text) for n, (at, text, kind) in enumerate(written)
        ),
        holdings=draw(st.sampled_from([(), (holds("alice"),), (holds("alice"), holds("alice", RoleName.SCRIBE, 9))])),
        mitigations=tuple(
            mitigation(n, by=by, ended=n + 3 if ended else None, dry_run=dry)
            for n, (by, ended, dry) in enumerate(draw(st.lists(attempts, max_size=3)), 3)
        ),
        told_beside=draw(
            st.dictionaries(st.just("group:leadership"), st.builds(ToldBeside, INSTANTS, st.just(()), st.booleans()))
        ),
    )


@given(rooms(), INSTANTS)
def test_every_finding_names_what_is_wrong_and_the_remedy_once(known: RoomFacts, now: datetime) -> None:
    findings = look(known, now).findings
    assert all(spell.text.endswith((".", "?")) and spell.remedy.endswith(".") for spell in findings)
    assert len({(spell.rule, spell.occurrence) for spell in findings}) == len(findings)


@given(rooms(), INSTANTS, st.floats(0, 0.99))
def test_nothing_changes_before_the_next_look(known: RoomFacts, now: datetime, share: float) -> None:
    seen = look(known, now)
    if seen.next_at is not None:
        assert seen.next_at > now
        assert look(known, now + share * (seen.next_at - now)).findings == seen.findings
    else:
        assert look(known, now + timedelta(days=400)).findings == seen.findings


@given(rooms())
def test_from_look_to_look_time_comes_to_an_end_and_an_occurrence_never_returns(known: RoomFacts) -> None:
    now, gone, before = T0 - timedelta(days=1), set[tuple[str, str]](), set[tuple[str, str]]()
    for _ in range(40):
        seen = look(known, now)
        held = {(spell.rule.value, spell.occurrence) for spell in seen.findings}
        gone |= before - held
        assert not gone & held
        if seen.next_at is None:
            return
        now, before = seen.next_at, held
    raise AssertionError("there is always another look")
