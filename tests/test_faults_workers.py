"""Several workers at once, and workers that fall asleep and wake: each letter is taken and sent once."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intake.pull import PullReport
from journal.letters import listed
from journal.model import LetterKind, LetterState
from tests import invariants
from tests.kill_points import Points, Run
from tests.school import at
from tests.tried import KINDS, Tried, TryOut, mostly


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Points]:
    with Points(tmp_path_factory.mktemp("asleep")) as warm:
        yield warm


@pytest.fixture(
    params=[
        pytest.param("sqlite", id="on SQLite"),
        pytest.param("postgresql", id="on PostgreSQL", marks=pytest.mark.soak),
    ]
)
def tried_on_both(request: pytest.FixtureRequest, try_out: TryOut) -> Tried:
    if request.param == "sqlite":
        return try_out()
    server, like = request.getfixturevalue("postgresql"), request.getfixturevalue("with_tables")
    return try_out(url=server.fresh(like=like))


def run(tried: Tried, points: Points, *words: str, change: int = 0, point: int = 0) -> Run:
    """A worker of its own that falls asleep there."""
    config = str(tried.school.folder / "config.yaml")
    return points.run("--config", config, *words, change=change, point=point, stop=True)


@pytest.fixture
def asleep(points: Points) -> Iterator[Callable[..., Run]]:
    """Workers that sleep are woken or killed in the end."""
    sleeping: list[Run] = []

    def fall_asleep(tried: Tried, *words: str, change: int = 0, point: int = 0) -> Run:
        one = run(tried, points, *words, change=change, point=point)
        assert not one.came_through, one.said
        sleeping.append(one)
        return one

    yield fall_asleep
    for one in sleeping:
        path = Path(f"/proc/{one.pid}/stat")
        if path.exists() and path.read_text().rpartition(")")[2].split()[0] == "T":
            os.kill(one.pid, signal.SIGKILL)


@pytest.mark.soak  # test_worker.py has three of them on SQLite
@pytest.mark.parametrize("workers", [2, 4])
def test_workers_at_one_mailbox_take_each_letter_once(tried_on_both: Tried, workers: int) -> None:
    tried = tried_on_both
    tried.receives(*KINDS * 6)
    started = [tried.school.start("pull") for _ in range(workers)]
    for worker in started:
        out, err = worker.communicate(timeout=120)
        assert worker.returncode == 0, (out, err)
        assert "Traceback" not in err
    tried.recovers()


@pytest.mark.parametrize("workers", [2, pytest.param(4, marks=pytest.mark.soak)])
def test_workers_that_send_at_once_bring_each_letter_once(tried_on_both: Tried, workers: int) -> None:
    tried = tried_on_both
    tried.receives("signed", "anonymous")
    tried.pulls()
    started = [tried.school.start("send", "--now", at("15:00")) for _ in range(workers)]
    for worker in started:
        out, err = worker.communicate(timeout=120)
        assert worker.returncode == 0, (out, err)
    tried.sends("15:20")
    for reader in tried.school.readers:
        tried.school.mail.wait_for(reader.address, 1)
    invariants.a_letter_a_day(tried.school)


@pytest.mark.parametrize("change", mostly(0, 1, 4, now=[1]))
def test_a_puller_that_sleeps_keeps_the_others_away_and_goes_on_when_it_wakes(
    tried_on_both: Tried, points: Points, asleep: Callable[..., Run], change: int
) -> None:
    tried = tried_on_both
    tried.receives()
    sleeping = asleep(tried, "pull", change=change, point=0 if change else 7)
    report = tried.pulls()
    assert isinstance(report, PullReport)
    assert report.busy
    tried.holds()
    woken = points.wake(sleeping)
    assert woken.status == 0, woken.said
    tried.recovers()


def test_a_puller_that_is_killed_in_its_sleep_keeps_nobody_away(
    tried: Tried, points: Points, asleep: Callable[..., Run]
) -> None:
    tried.receives()
    sleeping = asleep(tried, "pull", change=2)
    os.kill(sleeping.pid, signal.SIGKILL)
    points.wake(sleeping)
    tried.holds()
    tried.recovers()


# The sender's claim of a letter is a lease of ten minutes. Who sleeps through it finds another's work done.


@pytest.mark.parametrize("change", mostly(*range(4, 11), now=[7]))
def test_a_sender_that_sleeps_through_its_lease_sends_no_second_letter_of_the_day(
    tried_on_both: Tried, points: Points, asleep: Callable[..., Run], change: int
) -> None:
    tried = tried_on_both
    tried.receives("signed")
    tried.pulls()
    sleeping = asleep(tried, "send", "--now", at("15:00"), change=change)
    tried.sends("15:20")
    for reader in tried.school.readers:
        tried.school.mail.wait_for(reader.address, 1)
    woken = points.wake(sleeping)
    assert woken.came_through, woken.said
    tried.sends("15:40")
    with invariants.open_journal(tried.school) as journal:
        dailies = [letter for letter in listed(journal) if letter.kind is LetterKind.DAILY]
    assert {letter.state for letter in dailies} == {LetterState.SENT}
    # The same letter may come twice if the sleeper was about to submit it; never a second one.
    invariants.a_letter_a_day(tried.school, copies=2)
    before = invariants.state(tried.school)
    tried.sends("16:00")
    assert invariants.state(tried.school) == before


@pytest.mark.soak
@pytest.mark.timeout(1_200)
def test_a_puller_may_sleep_at_every_point(
    try_out: TryOut, points: Points, asleep: Callable[..., Run]
) -> None:
    for n in range(1, 200):
        tried = try_out()
        tried.receives()
        sleeping = run(tried, points, "pull", point=n)
        if sleeping.came_through:
            break
        if "to be committed" not in sleeping.points[-1] and "savepoint" not in sleeping.points[-1]:
            tried.pulls()  # else it would wait half a minute for the writer that sleeps
        tried.holds()
        woken = points.wake(sleeping)
        assert woken.status == 0, woken.said
        tried.recovers()
    assert n > 20
    print(f"\na puller slept at each of {n - 1} points")
