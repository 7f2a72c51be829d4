"""Pull the plug at every point, and at every pair of points: nothing is lost, nothing comes twice, no gap."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from intake.pull import PullReport
from intake.send import SendReport
from tests import invariants
from tests.desk import believed
from tests.kill_points import Points, Run
from tests.school import at, reply_to
from tests.tried import Tried, TryOut

Cut = Mapping[str, int]  # {"point": n}: the n-th point; {"change": n}: right after the n-th change outside
HOURS = ("14:00", "14:10"), ("15:00", "15:15", "15:30"), ("16:00", "16:10"), ("17:00", "17:10")
LAST = ("14:20", "15:45", "16:20", "17:20")  # when each verb is run to its end
VERBS = ("the pull", "the sending", "the pull of a reply", "the release")
# What a whole day passes. A name that is gone means that an edge is watched no longer.
EDGES = {
    *("transaction to be committed", "transaction is done!", "IMAP UID SEARCH said", "IMAP UID FETCH said"),
    *("IMAP UID MOVE said", "move is done!", "add_flags is done!", "uid_expunge is done!"),
    *("create_folder is done!", "SMTP DATA said", "SMTP dot said", "SMTP answered!", "SMTP letter said"),
}
SAMPLE = random.Random(2026)


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Points]:
    with Points(tmp_path_factory.mktemp("points")) as warm:
        yield warm


@dataclass
class Day:
    """Three letters, the letters of 15:00, a reply, a release; each verb may be cut several times."""

    tried: Tried
    points: Points
    runs: list[list[Run]] = field(default_factory=lambda: [[], [], [], []])

    def live(self, cuts: Mapping[str, Sequence[Cut]]) -> None:
        """Each of the verbs is cut like this, one cut after the other, and then run to its end.

        The day ends with the last verb that is cut.
        """
        parts = (self._letters, self._summaries, self._reply, self._release)
        for part in parts[: 1 + max(VERBS.index(verb) for verb in cuts)]:
            part(cuts)
        invariants.recovered(self.tried.school, self.tried.delivered, copies=_copies(cuts))
        self.changes_nothing_more()

    def _letters(self, cuts: Mapping[str, Sequence[Cut]]) -> None:
        self.tried.receives()
        self._go(0, cuts, lambda hour: self.tried.pulls(hour))

    def _summaries(self, cuts: Mapping[str, Sequence[Cut]]) -> None:
        self._go(1, cuts, lambda hour: self.tried.sends(hour))
        for reader in self.tried.school.readers:
            self.tried.school.mail.wait_for(reader.address, 1)
        invariants.a_letter_a_day(self.tried.school, copies=_copies(cuts))

    def _reply(self, cuts: Mapping[str, Sequence[Cut]]) -> None:
        school = self.tried.school
        daily = school.letters(school.psychologist, "daily")[0]
        reply = reply_to(daily, "№1: әңгіме өткізілді", school.psychologist.address)
        school.mail.deliver(believed(reply), school.box.address, school.psychologist.address)
        self._go(2, cuts, lambda hour: self.tried.pulls(hour))
        assert self._measures() == [1, 0], "the reply counts twice, or never"  # I5

    def _release(self, cuts: Mapping[str, Sequence[Cut]]) -> None:
        self._go(3, cuts, lambda _: self._run("held", "release", "1"), "held", "release", "1")
        self.tried.pulls("17:30")
        for mark, kind in self.tried.delivered.items():
            if kind == "held":
                self.tried.delivered[mark] = "anonymous"  # its copy on the server is destroyed
        assert self._measures() == [1, 0, 0], "the reply counts twice, or never"

    def _go(
        self, which: int, cuts: Mapping[str, Sequence[Cut]], at_last: Callable[[str], object], *words: str
    ) -> None:
        verb = words or (("send",) if which == 1 else ("pull",))
        for cut, hour in zip(cuts.get(VERBS[which], ()), HOURS[which], strict=False):
            now = () if words else ("--now", at(hour))
            run = self._run(*verb, *now, cut=cut)
            self.runs[which].append(run)
            self.tried.holds()
        came_of_it = at_last(LAST[which])
        if isinstance(came_of_it, Run):
            assert not came_of_it.status or "already settled" in came_of_it.said, came_of_it.said
        else:
            assert isinstance(came_of_it, PullReport | SendReport), came_of_it

    def _run(self, *verb: str, cut: Cut | None = None) -> Run:
        config = str(self.tried.school.folder / "config.yaml")
        where = cut or {}
        point, change = where.get("point", 0), where.get("change", 0)
        return self.points.run("--config", config, *verb, point=point, change=change)

    def _measures(self) -> list[int]:
        with invariants.open_journal(self.tried.school) as journal:
            return [len(entry.measures) for entry in journal.entries()]

    def changes_nothing_more(self) -> None:
        """I7."""
        self.tried.sends("18:00")  # the confirmation of the reply leaves
        before = invariants.state(self.tried.school)
        self.tried.pulls("18:10")
        self.tried.sends("18:10")
        assert invariants.state(self.tried.school) == before


def _copies(cuts: Mapping[str, Sequence[Cut]]) -> int:
    """A kill between the final dot and the settling brings the same letter once more (I4)."""
    return 1 + len(cuts.get(VERBS[1], ()))


@dataclass
class Tally:
    """What came of many days."""

    days: int = 0
    kills: int = 0
    found: Counter[str] = field(default_factory=Counter)
    where: list[str] = field(default_factory=list)

    def lives(self, day: Day, cuts: Mapping[str, Sequence[Cut]]) -> None:
        self.days += 1
        try:
            day.live(cuts)
        except AssertionError as fault:
            said = str(fault)
            kinds = {
                "neither kept": "lost",
                "twice": "doubled",
                "different letters": "doubled",
                "gap": "gaps",
            }
            kind = next((kind for word, kind in kinds.items() if word in said), "other")
            self.found[kind] += 1
            self.where.append(f"{dict(cuts)}: {said[:200]}")
        self.kills += sum(not run.came_through for runs in day.runs for run in runs)

    def must_be_clean(self, what: str) -> None:
        found = ", ".join(f"{kind} {self.found[kind]}" for kind in ("lost", "doubled", "gaps", "other"))
        print(f"\n{what}: {self.days} days, {self.kills} kills; {found}")
        assert not self.where, "\n".join(self.where)


def everywhere(cut: Cut) -> dict[str, list[Cut]]:
    return {verb: [cut] for verb in VERBS}


def test_a_day_without_a_cut_passes_every_edge(tried: Tried, points: Points) -> None:
    """Else the matrices would prove less than they seem to."""
    day = Day(tried=tried, points=points)
    day.live(everywhere({}))
    assert all(run.status == 0 for runs in day.runs for run in runs)
    passed = {point for runs in day.runs for run in runs for point in run.points}
    assert passed >= EDGES


@pytest.mark.parametrize("n", SAMPLE.sample(range(1, 45), 2))
def test_a_kill_at_a_point_loses_nothing_and_doubles_nothing(tried: Tried, points: Points, n: int) -> None:
    Day(tried=tried, points=points).live(everywhere({"point": n}))


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_a_kill_at_every_point_loses_nothing_and_doubles_nothing(try_out: TryOut, points: Points) -> None:
    tally = Tally()
    for n in count(1):
        day = Day(tried=try_out(), points=points)
        tally.lives(day, everywhere({"point": n}))
        if all(run.came_through for runs in day.runs for run in runs):
            break
    tally.must_be_clean(f"a kill at each of {n - 1} points")
    assert n > 40


# Killed again before it had recovered. Points between which nothing outside changed are one: cuts are counted
# by changes, and the first is the very beginning.


def after(changes: int) -> Cut:
    return {"change": changes} if changes else {"point": 1}


@pytest.mark.parametrize(
    ("verb", "first", "second"),
    [(verb, *SAMPLE.choices(range(1, most), k=2)) for verb, most in zip(VERBS, (8, 14, 4, 3), strict=True)]
    + [(VERBS[0], 1, 1), (VERBS[1], 5, 3)],
)
def test_two_kills_in_a_row_lose_nothing_and_double_nothing(
    tried: Tried, points: Points, verb: str, first: int, second: int
) -> None:
    Day(tried=tried, points=points).live({verb: [after(first), after(second)]})


@pytest.mark.soak
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("verb", VERBS)
def test_every_two_kills_in_a_row_lose_nothing_and_double_nothing(
    try_out: TryOut, points: Points, verb: str
) -> None:
    which, tally = VERBS.index(verb), Tally()
    for first in count():
        for second in count():
            day = Day(tried=try_out(), points=points)
            tally.lives(day, {verb: [after(first), after(second)]})
            if len(day.runs[which]) < 2 or day.runs[which][1].came_through:
                break
        if not day.runs[which] or day.runs[which][0].came_through:
            break
    tally.must_be_clean(f"{verb}, every pair")


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_the_same_on_postgresql(
    try_out: TryOut, points: Points, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Where a killed client's lock and transaction are let go by the server, a moment later."""
    server, like = request.getfixturevalue("postgresql"), request.getfixturevalue("with_tables")
    tally = Tally()
    for changes in count():
        day = Day(tried=try_out(url=server.fresh(like=like)), points=points)
        tally.lives(day, everywhere(after(changes)))
        if all(run.came_through for runs in day.runs for run in runs):
            break
    tally.must_be_clean(f"on PostgreSQL, a kill after each of {changes - 1} changes")
