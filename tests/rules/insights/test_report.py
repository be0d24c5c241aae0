"""The report of a month: golden on a fixed history, and deaf to what happened after the month."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tocsin.catalog.working_time import DailyHours
from tocsin.incidents.measures import ACKNOWLEDGE, DETECT, MITIGATE, RESOLVE, Instants
from tocsin.incidents.model import Broken, Watched
from tocsin.insights.drill import Drilled
from tocsin.insights.metric_definitions import NOISE, PAGES, UPDATES
from tocsin.insights.metric_model import Figure, Lack, Reckoning
from tocsin.insights.months import last_months
from tocsin.insights.recommendations import Episode, Rules
from tocsin.insights.report import make_report, without, without_texts
from tocsin.insights.report_model import Count, Records
from tocsin.insights.report_text import as_html, as_markdown, summary
from tocsin.postmortems.action_model import ActionItem, ActionState, Category, Priority

GOLDEN = Path(__file__).parent / "golden" / "report-2026-10.md"
BERLIN = ZoneInfo("Europe/Berlin")
PERIODS = last_months(6, datetime(2026, 10, 20, tzinfo=UTC), BERLIN)
TARGETS = {DETECT: 300.0, ACKNOWLEDGE: 300.0, MITIGATE: 1800.0, RESOLVE: 3600.0}


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def episode(number: int, at: str, severity: str | None, service: str, cause: str | None, *took: float) -> Episode:
    """`took`: minutes from the start to the detection, then from there until acknowledged, mitigated, resolved."""
    detected = datetime.fromisoformat(at).replace(tzinfo=UTC)
    known = [*took, *([None] * (4 - len(took)))]
    later = [None if each is None else detected + minutes(each) for each in known[1:]]
    started = None if known[0] is None else detected - minutes(known[0])
    incident = Drilled(
        number=number,
        title=f"Incident {number}",
        at=detected,
        severity=severity,
        cause=cause,
        services=(service,),
        instants=Instants(started, detected, *later),
    )
    return Episode(incident=incident)


HISTORY = (
    episode(1, "2026-08-03T10:00", "SEV-1", "checkout", "deployment", 12, 2, 30, 60),
    episode(2, "2026-09-07T10:00", "SEV-1", "checkout", "deployment", 10, 4, 20, 50),
    episode(3, "2026-09-30T23:00", "SEV-2", "search", None, 1, 1, 10, 20),  # October in Berlin
    episode(4, "2026-10-05T10:00", "SEV-1", "checkout", "deployment", 8, 3, 25, 40),
    episode(5, "2026-10-12T10:00", "SEV-1", "checkout", "deployment", 16, 5, 45, 90),
    episode(6, "2026-10-19T10:00", "SEV-1", "checkout", "capacity", 9, 7, 15, 30),
    episode(7, "2026-10-31T22:30", None, "sear|ch <b>", None),
)
WATCHED = (
    Watched(
        4, "Incident 4", HISTORY[3].incident.at, ("checkout",), (Broken("update-late", HISTORY[3].incident.at, ""),)
    ),
)


def action(n: int, added: str, state: ActionState = ActionState.OPEN, changed: str = "", done: str = "") -> ActionItem:
    """An item of incident 4; instants as days."""
    at = [datetime.fromisoformat(f"{day or added}T12:00:00+00:00") for day in (added, changed or done)]
    return ActionItem(
        id=n,
        incident_id=4,
        incident_number=4,
        incident_title="Incident 4",
        services=("checkout",),
        teams=("payments",),
        cause_category="deployment",
        scope_id=1,
        n=n,
        text=f"Do the [{n}]",
        category=Category.PREVENT,
        priority=Priority.HIGH,
        owner="alice",
        due_on=at[0].date(),
        state=state,
        check=None,
        check_detail="",
        check_asked_by=None,
        task_n=None,
        recurred_in=(),
        added_by="@alice",
        added_at=at[0],
        changed_at=at[1],
        done_at=at[1] if state is ActionState.DONE else None,
    )


ACTIONS = (
    action(1, "2026-09-10"),
    action(2, "2026-09-10", ActionState.DONE, done="2026-09-20"),
    action(3, "2026-09-10", ActionState.DONE, done="2026-10-20"),
    action(4, "2026-10-10", ActionState.DONE, done="2026-11-02"),
    action(5, "2026-10-10", ActionState.DROPPED, changed="2026-10-12"),
    action(6, "2026-10-10", ActionState.DROPPED, changed="2026-11-12"),
    action(7, "2026-11-10"),
)


def habit(measure: str, value: float | None, n: int, before: float | None, before_n: int) -> Figure:
    return Figure(
        measure=measure,
        group=(),
        n=n,
        lacks=(Lack("paged nobody", 5 - n),),
        value=value,
        median=None,
        p90=None,
        target=None,
        in_target=0,
        with_target=0,
        before=before,
        before_n=before_n,
    )


RECORDS = Records(
    made_at=datetime(2026, 11, 1, 23, 30, tzinfo=UTC),  # the 2nd in Berlin
    organisation="Example & Co.",
    periods=PERIODS,
    levels=("SEV-1", "SEV-2", "SEV-3"),
    rules=Rules(
        reckoning=Reckoning(zone="Europe/Berlin", profile="sre", targets={"SEV-1": TARGETS}),
        night=DailyHours(begin=time(22), to=time(7)),
        zone=BERLIN,
    ),
    episodes=HISTORY,
    watched=WATCHED,
    owners={"checkout": "payments"},
    actions=ACTIONS,
    habits=(habit(UPDATES, 87.5, 3, None, 0), habit(PAGES, 2.25, 4, 1, 1), habit(NOISE, None, 0, 50, 1)),
)


def test_the_figures_worked_out_by_hand() -> None:
    """October in Berlin has 3, 4, 5, 6 and 7. MTTA: (1 + 3 + 5 + 7) / 4 minutes; September has 2 alone: 4."""
    report = make_report(RECORDS)
    assert (report.month, report.month_before) == ("2026-10", "2026-09")
    assert report.incidents == Count("incidents", 5, 1)
    assert summary(report) == "5 incidents, 4 more than in September 2026."
    assert report.levels == (
        Count("SEV-1", 3, 1),
        Count("SEV-2", 1, 0),
        Count("SEV-3", 0, 0),
        Count("unclassified", 1, 0),
    )
    taken = next(each for each in report.timings if each.name == "MTTA")
    assert (taken.mean, taken.n, taken.left_out, taken.before, taken.before_n) == (240.0, 4, 1, 240.0, 1)
    assert (taken.in_target, taken.with_target) == (2, 3)
    assert report.services == (Count("checkout", 3, 1), Count("search", 1, 0), Count("sear|ch <b>", 1, 0))
    assert report.rails == (Count("update late", 1, 0),)
    assert [each.ref for each in report.done] == ["INC-4 #3"]
    assert [each.ref for each in report.under_way] == ["INC-4 #1", "INC-4 #4", "INC-4 #6"]
    (told,) = report.told
    assert told.evidence == (1, 2, 4, 5, 6)
    assert told.finding == "MTTD of checkout is over its target in 5 of 5 incidents; median 10 min."


def test_it_reads_as_it_always_did() -> None:
    assert as_markdown(make_report(RECORDS)) == GOLDEN.read_text()


def test_a_month_without_incidents_has_no_table_of_headings_only() -> None:
    told = as_markdown(make_report(replace(RECORDS, episodes=(), watched=(), actions=())))
    assert "## Where they came from\n\nThere was none in either month.\n" in told
    assert "| Service |" not in told
    assert "| Cause |" not in told


def test_as_a_page_names_are_text_and_charts_that_fail_are_words() -> None:
    report = make_report(RECORDS)
    page = as_html(report, ["<svg></svg>", "", "<svg></svg>", "<svg></svg>"])
    assert page.count("<svg>") == 3
    assert "<pre>How long until somebody took it?" in page
    assert "sear|ch &lt;b&gt;" in page
    assert "<title>October 2026 – Example &amp; Co.</title>" in page


LATER = st.timedeltas(timedelta(), timedelta(days=40))


@settings(deadline=None, max_examples=30)
@given(st.lists(LATER, min_size=3, max_size=3), st.integers(0, len(HISTORY) - 1))
def test_what_comes_after_the_month_changes_nothing(later: list[timedelta], place: int) -> None:
    until = PERIODS[-1].until
    known = HISTORY[place].incident
    came = [at if at is not None and at < until else None for at in known.instants[2:]]
    after = [at or until + each for at, each in zip(came, later, strict=True)]
    changed = replace(HISTORY[place], incident=replace(known, instants=Instants(*known.instants[:2], *after)))
    new = episode(99, "2026-11-02T10:00", "SEV-1", "checkout", "capacity", 1, 1, 1, 1)
    records = replace(RECORDS, episodes=(*HISTORY[:place], changed, *HISTORY[place + 1 :], new))
    before = replace(
        RECORDS,
        episodes=(
            *HISTORY[:place],
            replace(HISTORY[place], incident=replace(known, instants=Instants(*known.instants[:2], *came))),
            *HISTORY[place + 1 :],
        ),
    )
    assert as_markdown(make_report(records)) == as_markdown(make_report(before))
    assert make_report(records).charts == make_report(before).charts


def test_what_has_become_private_is_named_no_more_and_still_counted() -> None:
    report = without(make_report(RECORDS), {4})
    assert (report.done, report.under_way) == ((), ())
    assert report.told[0].evidence == (1, 2, 5, 6)
    assert report.incidents.n == 5
    assert without(report, {1, 2, 5, 6}).told == ()


def test_a_text_that_was_taken_back_is_marked_in_what_is_done_about_its_incident() -> None:
    report = make_report(RECORDS)
    marked = without_texts(report, 4, ["[3]", "[4]"], "(redacted)")
    assert [each.text for each in marked.done] == ["Do the (redacted)"]
    assert [each.text for each in marked.under_way] == ["Do the [1]", "Do the (redacted)", "Do the [6]"]
    assert without_texts(report, 5, ["[3]"], "(redacted)") == report
