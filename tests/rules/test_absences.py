"""Who is declared dead, and how soon (REL-1)."""

from tocsin.kernel.absences import APART, LOOK_AGAIN_AFTER, Absences, Absent
from tocsin.kernel.wakeups import POLL_FLOOR

FLOOR = POLL_FLOOR.total_seconds()
LOCK_FREE = Absent(7, lease_over=False)


def test_a_free_lock_is_a_death_at_the_second_look() -> None:
    absences = Absences()
    assert absences.note([LOCK_FREE], 10.0) == []
    assert absences.note([LOCK_FREE], 10.0 + APART / 2) == [], "the server may be dying since"
    assert absences.note([LOCK_FREE], 10.0 + LOOK_AGAIN_AFTER) == [7]


def test_who_came_back_meanwhile_is_looked_at_anew() -> None:
    absences = Absences()
    absences.note([LOCK_FREE], 10.0)
    absences.note([], 10.4)
    assert absences.note([LOCK_FREE], 11.4) == []


def test_each_has_a_second_look_of_its_own() -> None:
    absences = Absences()
    other = Absent(8, lease_over=False)
    absences.note([LOCK_FREE], 10.0)
    assert absences.note([LOCK_FREE, other], 10.4) == [7]
    assert absences.note([other], 10.8) == [8]


def test_a_lease_that_is_over_is_a_death_at_once() -> None:
    assert Absences().note([LOCK_FREE, Absent(8, lease_over=True)], 10.0) == [8]


def test_a_death_is_noticed_within_two_seconds() -> None:
    absences = Absences()
    assert absences.next_look(10.0) == 10.0 + FLOOR
    absences.note([LOCK_FREE], 11.0)
    assert absences.next_look(11.0) == 11.0 + LOOK_AGAIN_AFTER
    assert absences.note([LOCK_FREE], 11.0 + LOOK_AGAIN_AFTER) == [7]
    assert absences.next_look(11.4) == 11.4 + FLOOR, "nobody is left to be looked at again"
    assert APART < LOOK_AGAIN_AFTER <= (2.0 - FLOOR) / 2, "half of what is left is a busy machine's"
