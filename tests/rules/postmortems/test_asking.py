"""However many questions Prometheus leaves unanswered, the answers that it gave are kept (PMT-1)."""

import asyncio
from datetime import datetime, timedelta

from tests.rules.postmortems.examples import after
from tocsin.postmortems.figures import Figure
from tocsin.postmortems.measurement_model import Course, Query, Said, Span
from tocsin.postmortems.measuring_jobs import ask_all

SPAN = Span(after(0), after(30))


class Busy:
    """Answers `up`, and nothing else, ever."""

    async def value_at(self, promql: str, prometheus: str | None, instant: datetime) -> Said:
        if promql != "up":
            await asyncio.Event().wait()
        return Said(7.0)

    async def course_of(
        self, promql: str, prometheus: str | None, begin: datetime, end: datetime, step: timedelta
    ) -> Course:
        await asyncio.Event().wait()
        return Course(())


def asked(promql: str, figure: Figure | None = Figure.FAILED_REQUESTS) -> Query:
    return Query(service="checkout", promql=promql, prometheus=None, figure=figure, title="errors")


async def test_slow_questions_leave_the_others_their_share_of_the_time() -> None:
    queries = [asked("slow"), asked("up"), asked("slow too", None), asked("up")]
    found = await ask_all(Busy(), queries, SPAN, after(40), within=timedelta(seconds=1))
    assert [(each.n, each.query, each.value) for each in found] == [
        (1, "slow", None),
        (2, "up", 7.0),
        (3, "slow too", None),
        (4, "up", 7.0),
    ]
    assert [bool(each.trouble) for each in found] == [True, False, True, False]
    assert found[0].trouble == (
        "Prometheus does not answer: it took longer than 0.2 s, this question's share of the time for all"
    )


async def test_all_of_them_may_be_slow() -> None:
    found = await ask_all(Busy(), [asked("slow")] * 50, SPAN, after(40), within=timedelta(seconds=0.5))
    assert {each.value for each in found} == {None}
    assert all(each.trouble for each in found)
