"""kill -9: nothing accepted is lost, nothing is recorded twice, at most one more send for each crash (REL-1, REL-2)."""

import random
import subprocess

import pytest

from tests.faults.outside import Outside
from tests.support.programs import eventually

pytestmark = pytest.mark.faults


@pytest.mark.parametrize(
    ("point", "sends"),
    [
        ("after claim", 1),
        ("after send, before mark", 2),
        ("between state change and next timer", 2),
        ("after the commit", 1),
    ],
)
def test_killed_at_a_named_point(outside: Outside, point: str, sends: int) -> None:
    workers = [outside.start_worker(), outside.start_worker()]
    outside.arm("step", "first", die_at=point, then="second")
    eventually("both steps are recorded", lambda: outside.marks() == {"first": 1, "second": 1})
    outside.wait_until_idle()
    assert outside.sends() == {"first": sends, "second": 1}
    assert sorted(worker.poll() is None for worker in workers) == [False, True]


def test_killed_at_random_under_load(outside: Outside) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    names = [f"job-{n}" for n in range(3000)]
    workers = [outside.start_worker() for _ in range(3)]
    outside.arm("step", *names)
    kills = 6
    for kill in range(kills):
        goal = (kill + 1) * len(names) // (kills + 2)
        eventually("work goes on", lambda goal=goal: sum(outside.marks().values()) >= goal)
        victim = chance.choice(workers)
        outside.kill(victim)
        workers[workers.index(victim)] = outside.start_worker()
    outside.wait_until_idle()
    sends, marks = outside.sends(), outside.marks()
    assert marks == dict.fromkeys(names, 1), f"seed {seed}"
    assert set(sends) == set(names)
    assert max(sends.values()) <= 1 + kills
    places = 8
    assert sum(sends.values()) - len(names) <= kills * places, f"seed {seed}"


def died_or_parked(outside: Outside, worker: subprocess.Popen[bytes]) -> bool:
    """True: the worker died; False: the job was parked before."""
    parked = "select 1 from parked_job"
    eventually("it dies or parks the job", lambda: worker.poll() is not None or outside.query(parked))
    return not outside.query(parked)


def test_a_job_that_kills_its_workers_is_parked_and_harms_no_other(outside: Outside) -> None:
    names = [f"bystander-{n}" for n in range(20)]
    outside.arm("step", *names[:10])
    outside.arm("poison", "poison")
    outside.arm("step", *names[10:])
    deaths = 0
    while died_or_parked(outside, outside.start_worker()):
        deaths += 1
        assert deaths <= 3
    assert deaths == 3
    outside.wait_until_idle()
    assert outside.marks() == dict.fromkeys(names, 1)
    ((kind, crashes),) = outside.query("select kind, crashes from parked_job")
    assert (kind, crashes) == ("poison", 3)
    ((sentence,),) = outside.query("select sentence from ledger where kind = 'JobParked'")
    assert "its worker died 3 times while it ran" in sentence
