"""A psychologist could live in the inbox: two weeks of school days over real mail servers, looked at whole.

`SENIM_LETTERS=folder` keeps every letter of those days there, as it was sent and as text.
"""

import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from itertools import groupby
from pathlib import Path

import pytest

from intake.reader import Reader
from tests.command import open_journal
from tests.servers import Mail
from tests.tapping import html_of, link_of, tapped
from tests.two_weeks_clients import reply
from tests.two_weeks_events import DOCTOR, FORGED, bounces, doctor_answers, forges, is_away
from tests.two_weeks_life import MONDAY, WHO, Life, Written, appeal_letter, begin, with_families
from tests.two_weeks_plot import DOCTORS, EVENTS, LANGUAGES, ON_LEAVE, PLOT, PROGRAMS, Line, Reply

pytestmark = pytest.mark.real

APPEALS = Path(__file__).parent / "two_weeks_appeals.toml"
NAMES = {"aigul": "Айгүл Сейітқызы", "yerlan": "Ерлан Маратов", "daniyar": "Данияр Әлиев"}
MOST_A_DAY = 12  # letters to one reader
LONGEST = {"daily": 9_000, "confirmation": 1_500}  # characters of the text


def appeals() -> list[Written]:
    found = tomllib.loads(APPEALS.read_text())["appeal"]
    renamed = {"class": "class_group", "from": "sender"}
    return [Written(**{renamed.get(key, key): value for key, value in one.items()}) for one in found]


class Plot:
    """The days go by: appeals come, letters leave, readers answer."""

    def __init__(self, life: Life, days: int) -> None:
        self.life = life
        self.appeals = [one for one in with_families(appeals(), life) if one.day < days]
        self.numbers = {one.id: number for number, one in enumerate(self.appeals, 1)}
        self.replies = [one for one in PLOT if one.day < days]
        self.events = [what for day, _, what in EVENTS if day < days]
        self.days = days

    def plays(self) -> None:
        for at, happenings in groupby(sorted(self._agenda(), key=lambda one: one[0]), lambda one: one[0]):
            self.life.now = MONDAY + timedelta(hours=at)
            for _, what in happenings:
                if isinstance(what, Written):
                    raw, sender = appeal_letter(what, self.life)
                    self.life.arrives(raw, sender, login=self.life.school.box.address)
                elif isinstance(what, Reply):
                    self._answers(what)
                else:
                    self._happens(str(what))
            self.life.passes()

    def _agenda(self) -> Iterator[tuple[float, object]]:
        yield from ((one.day * 24 + one.hour, one) for one in self.appeals)
        yield from ((one.day * 24 + one.hour, one) for one in self.replies)
        yield from ((day * 24 + hour, what) for day, hour, what in EVENTS if day < self.days)
        yield from ((day * 24 + 15, "the daily letters leave") for day in range(self.days))

    def _happens(self, what: str) -> None:
        match what:
            case "forges":
                forges(self.life, self.numbers["grades"])
            case "bounces":
                bounces(self.life)
            case "is away":
                is_away(self.life)
            case "doctor":
                doctor_answers(self.life, DOCTORS)

    def _answers(self, one: Reply) -> None:
        address = self.life.address(one.who)
        for written in self._written(one):
            to = written["To"].addresses[0].addr_spec
            self.life.arrives(written, address, login=address, to=to)

    def _written(self, one: Reply) -> Iterator[EmailMessage]:
        letter, address = self.life.last(one.who, one.to), self.life.address(one.who)
        if one.how == "link":
            for line in one.lines:
                for id_ in line.ids:
                    yield tapped(link_of(html_of(letter), self.numbers[id_]), line.typed, address)
            return
        author = Address(NAMES[one.who], addr_spec=address)
        answers = [
            (self.numbers[line.ids[0]] if line.ids else 0, self._typed(one, line)) for line in one.lines
        ]
        program = PROGRAMS[one.who][one.program]
        yield reply(letter, program, LANGUAGES[one.who], answers, one.how, author)

    def _typed(self, one: Reply, line: Line) -> str:
        if one.how in ("between", "bare"):
            return line.typed
        return one.style.format(", ".join(str(self.numbers[id_]) for id_ in line.ids), line.typed)


@pytest.fixture
def life(tmp_path: Path, mail: Mail, reader: Reader) -> Life:
    letters = Path(os.environ.get("SENIM_LETTERS") or tmp_path / "letters")
    return begin(tmp_path, mail, reader, letters)


def test_two_days(life: Life) -> None:
    _live(life, 2)


@pytest.mark.soak
def test_two_weeks(life: Life) -> None:
    _live(life, 12)


def _live(life: Life, days: int) -> None:
    plot = Plot(life, days)
    plot.plays()
    nothing_is_lost(life, plot)
    the_journal_has_what_was_said(life, plot)
    nobody_reads_what_names_them(life, plot)
    who_is_on_leave_is_left_alone(life, plot)
    no_letter_comes_twice(life)
    nobody_gets_too_much(life)


def nothing_is_lost(life: Life, plot: Plot) -> None:
    """Each appeal is in the Journal with its own words, nothing lies in the box, nothing is held unseen."""
    with open_journal(life.school.folder) as journal:
        journal.verify()
        kept = {entry.number: entry for entry in journal.entries()}
        forged = [one for one in plot.events if one == "forges"]
        assert [one.reason for one in journal.held()] == ["other-sender"] * len(forged)
    assert len(kept) == len(plot.appeals)
    for one in plot.appeals:
        entry = kept[plot.numbers[one.id]]
        assert one.text in entry.text, one.id
        assert entry.term.received_on == one.at.date()
        assert entry.anonymous == (not one.name)
    assert life.school.inbox() == []


def the_journal_has_what_was_said(life: Life, plot: Plot) -> None:
    """Each measure and deed on the appeal that it was said of, by whom, and nothing else anywhere."""
    wanted: Counter[tuple[str, str, str]] = Counter()
    for one in plot.replies:
        for line in (line for line in one.lines if not line.undone):
            for id_ in line.ids:
                wanted.update((id_, NAMES[one.who], kind.value) for kind in line.deeds)
                if line.measure:
                    wanted[id_, NAMES[one.who], line.measure] += 1
    if "doctor" in plot.events:
        wanted["doctor", DOCTOR, DOCTORS] += 1
    ids = {number: id_ for id_, number in plot.numbers.items()}
    with open_journal(life.school.folder) as journal:
        entries = list(journal.entries())
    stands = Counter(
        (ids[entry.number], by, what)
        for entry in entries
        for by, what in [
            *((one.by, one.text) for one in entry.measures),
            *((one.by, one.kind.value) for one in entry.deeds if one.undone_on is None),
        ]
    )
    assert stands == wanted
    assert not any(FORGED in what for _, _, what in stands)


def nobody_reads_what_names_them(life: Life, plot: Plot) -> None:
    """What names a reader is in no letter to that one; what a family wrote is in no confirmation."""
    for id_, who in (("psychologist", "aigul"), ("deputy", "daniyar")):
        for one in (one for one in plot.appeals if one.id == id_):
            assert not [got for got in life.got if got.who == who and one.text[:40] in got.text]
            assert [got for got in life.got if got.who != who and one.text[:40] in got.text]
    begun = [one.text[:40] for one in plot.appeals]
    answering = [
        one for one in life.got if one.kind in ("confirmation", "confirm", "echo", "refusal", "away")
    ]
    assert not [one.text for one in answering if any(words in one.text for words in begun)]


def who_is_on_leave_is_left_alone(life: Life, plot: Plot) -> None:
    """Neither daily nor urgent letters until it is over; the first afterwards tells of everything since."""
    who, days = ON_LEAVE
    if plot.days <= days[-1] + 1:
        return
    leave = {(MONDAY + timedelta(days=day)).date() for day in days}
    meanwhile = {one.kind for one in life.got if one.who == who and one.at.date() in leave}
    assert meanwhile <= {"echo"}, "what can be stopped for a day only is told to everybody"
    first = next(
        one for one in life.got if (one.who, one.kind) == (who, "daily") and one.at.date() > max(leave)
    )
    missed = [one for one in plot.appeals if one.at.date() in leave]
    assert missed and not [one.id for one in missed if one.text[:30] not in first.text]


def no_letter_comes_twice(life: Life) -> None:
    counted = Counter((one.who, one.letter["Message-ID"]) for one in life.got)
    assert [one for one, count in counted.items() if count > 1] == []
    texts = Counter((one.who, one.text.rpartition("⁂")[0]) for one in life.got)
    assert [text for text, count in texts.items() if count > 1] == []


def nobody_gets_too_much(life: Life) -> None:
    days = Counter((one.who, one.at.date()) for one in life.got if one.who in WHO)
    assert max(days.values()) <= MOST_A_DAY, days.most_common(3)
    long = {kind: max((len(one.text) for one in life.got if one.kind == kind), default=0) for kind in LONGEST}
    assert {kind: size for kind, size in long.items() if size > LONGEST[kind]} == {}
    assert all(len(html_of(one.letter).encode()) < 90_000 for one in life.got)
