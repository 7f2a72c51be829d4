"""The story of one appeal, told whole and in order, from the history and the register."""

import pytest

from intake.verbs.telling_story import WHAT, story_lines, story_to_json
from journal.deeds import undo
from journal.model import DeedKind
from journal.openings import note_exported, note_opened
from journal.purging import purge
from journal.story import story
from tests.desk import AIGUL, DANIYAR, SCHOOL, DayAtTheDesk
from tests.test_together import does, measures, writes

pytestmark = pytest.mark.decides


def told(day: DayAtTheDesk, number: int) -> list[str]:
    heading, *lines = story_lines(story(day.journal, number), SCHOOL)
    assert heading == "story"
    return [line.partition(" ")[2] for line in lines]


def test_the_story_is_told_in_order_with_what_was_taken_back(day: DayAtTheDesk) -> None:
    writes(day, "Мені мазақ етеді.")
    writes(day, "Асханада тамақ суық.")
    today = day.desk.today
    note_opened(day.journal, "show", number=1, by="makhsat", on=today)
    measures(day, 2, "басқа өтініш")
    wrong = measures(day, 1, "қате")
    undo(day.journal, wrong, role=AIGUL.role, on=today)
    does(day, 1, DeedKind.RESPONSIBLE, words=AIGUL.address)
    does(day, 1, DeedKind.PASSED_ON, code="director", state="sent")
    does(day, 1, DeedKind.CONSIDERED, by=DANIYAR)
    does(day, 1, DeedKind.FOUND, code="justified")
    note_exported(day.journal, "csv", [1, 2], by="makhsat", on=today)
    assert told(day, 1) == [
        "received and registered",
        "opened (show) by makhsat",
        f"measure by Ерлан Маратов (social_pedagogue): қате [taken back on {today}]",
        "taken back (measure) by psychologist",
        "responsible by Ерлан Маратов (social_pedagogue): Айгүл Сейітқызы",
        "passed on (director) by Ерлан Маратов (social_pedagogue)",
        "read by Данияр Әлиев (deputy_director)",
        "finding (justified) by Ерлан Маратов (social_pedagogue)",
        "exported (csv) by makhsat",
    ]
    assert [one["what"] for one in story_to_json(story(day.journal, 2))] == [
        "recorded",
        "measure",
        "exported",
    ]


def test_of_an_appeal_that_was_destroyed_the_story_has_no_words_left(day: DayAtTheDesk) -> None:
    writes(day, "Мені мазақ етеді.")
    measures(day, 1, "сөйлестім")
    purge(day.journal, 1, on=day.desk.today, reason="өтініш бойынша")
    assert told(day, 1) == [
        "received and registered",
        "measure by social_pedagogue",
        "content destroyed (request)",
    ]


def test_every_deed_has_words_in_the_story() -> None:
    assert set(DeedKind) <= set(WHAT)
