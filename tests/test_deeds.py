"""What staff can do in a reply besides measures: a cause, corrections, who looks after an appeal."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from intake.belief import ROUND_TRIP
from intake.carrying_out import carry_out
from intake.understood import to_deeds
from journal.letters import listed
from journal.model import DeedKind, Finding, LetterKind, Role, Status
from journal.purging import purge
from reports.school import Cause, StaffMember
from reports.slip import Slip, SlipLine
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, text_of
from tests.school import plain_letter, reply_to

pytestmark = pytest.mark.decides

SIGNED, ANONYMOUS = 1, 2
CAUSES = (
    Cause(id="bullying", names={"kk": "Буллинг", "ru": "Травля", "en": "Bullying"}),
    Cause(id="food", names={"kk": "Тамақтану", "ru": "Питание"}, words={"kk": ("асхана",)}),
)


@pytest.fixture
def school(day: DayAtTheDesk) -> DayAtTheDesk:
    """A signed appeal and an anonymous one, both told at 15:00."""
    day.school = replace(day.school, causes=CAUSES)
    signed = EmailMessage()
    signed["From"] = "=?utf-8?b?0JPSr9C70L3TmdGAINCh0LXRgNGW0LrSm9GL0LfRiw==?= <m@family.example>"
    signed["Message-ID"] = "<1@family.example>"
    signed.set_content("Қызымды сыныпта мазақтайды.")
    day.arrives(signed)
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    day.at(15).sends()
    day.at(16)
    assert not day.journal.entry(SIGNED).anonymous and day.journal.entry(ANONYMOUS).anonymous
    return day


def does(day: DayAtTheDesk, *lines: SlipLine, by: StaffMember = AIGUL) -> str:
    """A believed reply to the daily letter says so; its confirmation."""
    letter = next(one for one in listed(day.journal) if one.kind is LetterKind.DAILY)
    deeds = to_deeds(Slip(measures=lines), by, day.desk)
    with day.journal.transaction():
        carry_out(deeds, letter, f"{len(day.sent):032}", by, ROUND_TRIP, day.desk)
    day.sends()
    assert day.journal.verify().ok
    return text_of(day.letters(by, "confirmation")[-1])


def line(
    kind: DeedKind | None, text: str = "", number: int = SIGNED, finding: Finding | None = None
) -> SlipLine:
    return SlipLine(numbers=(number,), text=text, kind=kind, finding=finding)


def echoes(day: DayAtTheDesk, member: StaffMember) -> list[EmailMessage]:
    day.sends()
    return day.letters(member, "echo")


def test_considered_and_closed_without_a_finding(school: DayAtTheDesk) -> None:
    told = does(school, line(DeedKind.CLOSED, "ата-анасымен сөйлестік"))
    entry = school.journal.entry(SIGNED)
    assert (entry.status, entry.finding) == (Status.CLOSED, None)
    assert [one.text for one in entry.measures] == ["ата-анасымен сөйлестік"]
    assert "Қаралды, өтініш жабылды" in told and "ата-анасымен сөйлестік" in told
    assert echoes(school, YERLAN) == []


def test_read_and_nothing_more_leaves_the_clock_running(school: DayAtTheDesk) -> None:
    assert "Танысқаныңыз белгіленді" in does(school, line(DeedKind.CONSIDERED))
    entry = school.journal.entry(SIGNED)
    assert (entry.status, entry.considered_by) == (Status.REGISTERED, (Role.PSYCHOLOGIST,))


@pytest.mark.parametrize("words", ["буллинг", "Булинг.", "травли", "BULLYING", "bullying"])
def test_a_cause_is_known_in_any_language_and_spelling(school: DayAtTheDesk, words: str) -> None:
    assert "Себебі: Буллинг" in does(school, line(DeedKind.CAUSE, words))
    entry = school.journal.entry(SIGNED)
    assert (entry.cause, entry.status) == ("bullying", Status.REGISTERED)


@pytest.mark.parametrize(
    "words", ["буллинг пен тамақ", "буллинг емес", "жағдай", "не травля", "…", "б" * 300]
)
def test_what_is_no_cause_or_two_is_none_and_the_letter_lists_them(school: DayAtTheDesk, words: str) -> None:
    told = does(school, line(DeedKind.CAUSE, words))
    assert school.journal.entry(SIGNED).deeds == ()
    assert "Мына себептердің бірін жазыңыз: Буллинг, Тамақтану." in told
    assert "Ештеңе жазылмады" in told


def test_a_newer_cause_takes_the_place_of_the_older_one_and_both_stay(school: DayAtTheDesk) -> None:
    does(school, line(DeedKind.CAUSE, "буллинг"))
    does(school, line(DeedKind.CAUSE, "питание"), by=YERLAN)
    entry = school.journal.entry(SIGNED)
    assert (entry.cause, [one.code for one in entry.deeds]) == ("food", ["bullying", "food"])


def test_corrections_show_in_the_entry_and_the_first_words_stay_beside_them(school: DayAtTheDesk) -> None:
    first = school.journal.entry(SIGNED)
    told = does(
        school,
        line(DeedKind.CONTENT, "Сыныптастары\nмазақтайды"),
        line(DeedKind.CLASS, "7Ә"),
        line(DeedKind.NAME, "Серікқызы Гүлнәр"),
    )
    entry = school.journal.entry(SIGNED)
    assert (entry.content, entry.class_group) == ("Сыныптастары мазақтайды", "7Ә")
    assert entry.applicant is not None and entry.applicant.surname == "Серікқызы Гүлнәр"
    assert entry.status is Status.REGISTERED
    assert told.count("№1 ·") == 1, "one card for one appeal"
    for said in ("қысқаша мазмұны", "Сыныптастары мазақтайды", "7Ә", "Серікқызы Гүлнәр"):
        assert said in told
    assert entry.at_first is not None
    assert (entry.at_first.content, entry.at_first.class_group) == (first.content, first.class_group)
    assert entry.at_first.applicant == first.applicant


@pytest.mark.parametrize("kind", [DeedKind.NAME, DeedKind.CLASS])
def test_nothing_about_who_wrote_is_ever_added_to_an_anonymous_appeal(
    school: DayAtTheDesk, kind: DeedKind
) -> None:
    told = does(school, line(kind, "Ахметова Аружан", ANONYMOUS))
    entry = school.journal.entry(ANONYMOUS)
    assert (entry.deeds, entry.anonymous) == ((), True)
    assert "Бұл өтініш жасырын" in told and "Аружан" not in told


def test_a_correction_too_long_for_the_register_is_sent_back(school: DayAtTheDesk) -> None:
    told = does(school, line(DeedKind.CLASS, "7Ә " * 30))
    assert school.journal.entry(SIGNED).deeds == ()
    assert "қысқартып жазыңыз" in told


# Who looks after it


def test_taking_an_appeal_on_is_told_to_nobody(school: DayAtTheDesk) -> None:
    assert "Жауапты: Айгүл Сейітқызы" in does(school, line(DeedKind.RESPONSIBLE))
    assert school.journal.entry(SIGNED).responsible == AIGUL.address
    assert echoes(school, YERLAN) == []


@pytest.mark.parametrize(
    "words", ["Данияр", "Данияр Әлиевке", "завучу", "директордың орынбасарына", "Алиеву", DANIYAR.address]
)
def test_handing_over_is_told_to_the_others_who_can_stop_it(school: DayAtTheDesk, words: str) -> None:
    told = does(school, line(DeedKind.RESPONSIBLE, words))
    assert "Жауапты: Данияр Әлиев" in told and "24 сағат ішінде тоқтата алады" in told
    assert school.journal.entry(SIGNED).responsible == DANIYAR.address
    assert "you look after this appeal now" in text_of(echoes(school, DANIYAR)[0])
    (heard,) = echoes(school, YERLAN)
    assert "Теперь за это обращение отвечает: Данияр Әлиев" in text_of(heard)
    school.answers(heard, "стоп", YERLAN)
    assert school.journal.entry(SIGNED).responsible == ""
    assert "жеке жауапты адам жоқ" in text_of(echoes(school, AIGUL)[-1])
    assert school.journal.verify().ok


def test_taking_it_away_from_a_colleague_is_told_and_can_be_stopped_for_a_day(school: DayAtTheDesk) -> None:
    does(school, line(DeedKind.RESPONSIBLE), by=YERLAN)
    does(school, line(DeedKind.RESPONSIBLE))
    (heard,) = echoes(school, YERLAN)
    assert "До сих пор: Ерлан Маратов." in text_of(heard)
    school.at(16, 1, days=1)
    assert school.answers(heard, "стоп", YERLAN).reason == "too-late"
    assert school.journal.entry(SIGNED).responsible == AIGUL.address
    assert "ничего не изменено" in str(echoes(school, YERLAN)[-1]["Subject"])


def test_stop_gives_it_back_to_whoever_had_it(school: DayAtTheDesk) -> None:
    does(school, line(DeedKind.RESPONSIBLE), by=YERLAN)
    does(school, line(DeedKind.RESPONSIBLE))
    school.arrives(reply_to(echoes(school, YERLAN)[0], "стоп", YERLAN.address))
    school.sends()
    (asked,) = school.letters(YERLAN, "confirm")
    assert "отвечать за обращение будет тот же, кто и раньше" in text_of(asked)
    school.arrives(reply_to(asked, "да", YERLAN.address))
    assert school.journal.entry(SIGNED).responsible == YERLAN.address
    assert "За это обращение отвечает: Ерлан Маратов" in text_of(echoes(school, YERLAN)[-1])


def test_a_handing_over_taken_back_is_told_to_whom_it_was_told(school: DayAtTheDesk) -> None:
    does(school, line(DeedKind.RESPONSIBLE, "завучу"))
    school.answers(school.letters(AIGUL, "confirmation")[-1], "ҚАТЕ", AIGUL)
    assert school.journal.entry(SIGNED).responsible == ""
    assert "Nobody in particular" in text_of(echoes(school, DANIYAR)[-1])
    assert len(echoes(school, YERLAN)) == 2


@pytest.mark.parametrize(
    "words", ["Асқар", "Айгүл мен Данияр", "мұғалімге", "x@y.example", "Данияр, кездессін"]
)
def test_nobody_or_two_are_nobody_and_the_letter_says_who_there_is(school: DayAtTheDesk, words: str) -> None:
    told = does(school, line(DeedKind.RESPONSIBLE, words))
    assert school.journal.entry(SIGNED).responsible == ""
    assert "Айгүл Сейітқызы, Ерлан Маратов, Данияр Әлиев." in told


def test_whom_an_appeal_names_cannot_be_given_it_and_is_like_nobody(school: DayAtTheDesk) -> None:
    school.arrives(plain_letter("Жасырын\n\nЕрлан Маратов бізге айқайлайды."))
    school.at(15, days=1).sends()
    told = [does(school, line(DeedKind.RESPONSIBLE, one, 3)) for one in ("Ерлан Маратов", "Асқар Асқаров")]
    assert told[0].partition("senim:")[0].replace("Ерлан Маратов", "…") == told[1].partition("senim:")[
        0
    ].replace("Асқар Асқаров", "…")
    assert school.journal.entry(3).responsible == ""


def test_who_left_or_is_named_no_longer_looks_after_it(school: DayAtTheDesk) -> None:
    does(school, line(DeedKind.RESPONSIBLE), by=YERLAN)
    school.without(YERLAN)
    does(school, line(DeedKind.RESPONSIBLE))
    assert echoes(school, DANIYAR) == [], "it was taken away from nobody who is there"


# How it is kept


def test_all_of_one_reply_is_taken_back_together(school: DayAtTheDesk) -> None:
    does(
        school,
        line(None, "сөйлестім"),
        line(DeedKind.CAUSE, "буллинг"),
        line(DeedKind.RESPONSIBLE, "завучу"),
        line(DeedKind.CONTENT, "Мазақ"),
        line(DeedKind.FOUND, "тексерілді", finding=Finding.JUSTIFIED),
        line(DeedKind.CONSIDERED, number=ANONYMOUS),
    )
    before = school.journal.entry(SIGNED)
    assert (before.cause, before.status, before.content) == ("bullying", Status.CLOSED, "Мазақ")
    school.answers(school.letters(AIGUL, "confirmation")[-1], "ҚАТЕ", AIGUL)
    entry = school.journal.entry(SIGNED)
    assert (entry.status, entry.cause, entry.finding, entry.responsible) == (Status.REGISTERED, "", None, "")
    assert entry.content != "Мазақ" and entry.measures == () and len(entry.undone) == 2
    assert all(one.undone_on for one in entry.deeds)
    assert school.journal.entry(ANONYMOUS).considered_by == ()
    assert school.journal.verify().ok


def test_what_stood_already_is_not_taken_back_with_a_reply_that_says_it_again(school: DayAtTheDesk) -> None:
    does(school, line(DeedKind.CAUSE, "буллинг"), by=YERLAN)
    does(school, line(DeedKind.CAUSE, "травля"), line(None, "сөйлестім"))
    school.answers(school.letters(AIGUL, "confirmation")[-1], "ҚАТЕ", AIGUL)
    assert school.journal.entry(SIGNED).cause == "bullying"
    assert school.journal.entry(SIGNED).measures == ()


def test_nothing_more_can_be_done_with_what_was_destroyed(school: DayAtTheDesk) -> None:
    purge(school.journal, SIGNED, on=school.desk.today, reason="asked by the family")
    told = does(school, line(DeedKind.CAUSE, "буллинг"), line(DeedKind.RESPONSIBLE))
    assert "мазмұны жойылған" in told
    assert school.journal.entry(SIGNED).deeds == ()


def test_the_words_of_deeds_go_when_the_content_is_destroyed(school: DayAtTheDesk) -> None:
    does(school, line(DeedKind.NAME, "Серікқызы Гүлнәр"), line(DeedKind.RESPONSIBLE, "завучу"))
    purge(school.journal, SIGNED, on=school.desk.today, reason="asked by the family")
    entry = school.journal.entry(SIGNED)
    assert {one.words for one in entry.deeds} == {""}
    assert (entry.responsible, entry.at_first) == ("", None)
    confirmed = next(one for one in listed(school.journal) if one.kind is LetterKind.CONFIRMATION)
    assert "Серікқызы" not in str(confirmed.data)
    assert school.journal.verify().ok


# By the front door


def answers(day: DayAtTheDesk, words: str, member: StaffMember = AIGUL) -> str:
    """A reply in plain words to the newest daily letter; its confirmation."""
    day.answers(day.letters(member, "daily")[-1], words, member)
    day.sends()
    return text_of(day.letters(member, "confirmation")[-1])


def test_a_reply_in_plain_words_does_it_all(school: DayAtTheDesk) -> None:
    told = answers(
        school,
        "№1: анасымен сөйлестім\nсебеп: буллинг\nмазмұны: Сыныпта мазақ\nтапсыру: завучқа\n"
        "№2: таныстым\n№2: аты-жөні: Ахметова Аружан",
    )
    entry = school.journal.entry(SIGNED)
    assert [one.text for one in entry.measures] == ["анасымен сөйлестім"]
    assert (entry.cause, entry.content, entry.responsible) == ("bullying", "Сыныпта мазақ", DANIYAR.address)
    assert [one.kind for one in school.journal.entry(ANONYMOUS).deeds] == [DeedKind.CONSIDERED]
    assert "Бұл өтініш жасырын" in told


def test_without_proof_all_of_it_is_asked_back_and_done_after_a_yes(school: DayAtTheDesk) -> None:
    words = (
        "№1: себеп: травля\nтапсыру: Данияр\nмазмұны: Мазақ\nжауап: Рақмет, өтінішіңіз қаралды.\n"
        "№2: жолдау: завуч — қарап шығыңызшы"
    )
    school.arrives(reply_to(school.letters(AIGUL, "daily")[-1], words, AIGUL.address))
    school.sends()
    assert school.journal.entry(SIGNED).deeds == school.journal.entry(ANONYMOUS).deeds == ()
    (asked,) = school.letters(AIGUL, "confirm")
    for said in ("Себебі: Буллинг", "Жауапты: Данияр Әлиев", "Мазақ", "өтінішіңіз қаралды", "завуч"):
        assert said in text_of(asked)
    school.at(16, 5).arrives(reply_to(asked, "иә", AIGUL.address))
    kinds = {one.kind for one in school.journal.entry(SIGNED).deeds}
    assert kinds == {DeedKind.CAUSE, DeedKind.RESPONSIBLE, DeedKind.CONTENT, DeedKind.ANSWERED}
    assert [one.kind for one in school.journal.entry(ANONYMOUS).deeds] == [DeedKind.PASSED_ON]
    assert school.journal.verify().ok


def test_an_answer_that_has_not_left_is_taken_back_and_one_that_has_stays(school: DayAtTheDesk) -> None:
    told = answers(school, "№1: жауап: Өтінішіңіз қаралды, рақмет.")
    assert "Өтінішіңіз қаралды, рақмет." in told and "16:30" in told and "Гүлнәр" in told
    school.at(16, 20)
    school.answers(school.letters(AIGUL, "confirmation")[-1], "ҚАТЕ", AIGUL)
    school.at(16, 40).sends()
    assert not [to for to, _ in school.sent if to == "m@family.example"]
    assert "№1 — қайтарып алынды" in text_of(school.letters(AIGUL, "confirmation")[-1])
    answers(school, "№1: жауап: Шара қолданылды.")
    confirmed = school.letters(AIGUL, "confirmation")[-1]
    school.at(17, 20).sends()
    school.answers(confirmed, "ҚАТЕ", AIGUL)
    school.sends()
    assert [to for to, _ in school.sent if to == "m@family.example"] == ["m@family.example"]
    assert "бұл жіберіліп қойған" in text_of(school.letters(AIGUL, "confirmation")[-1])
    assert school.journal.verify().ok


def test_a_forward_is_confirmed_with_its_recipient_and_unknown_ones_with_whom_there_is(
    school: DayAtTheDesk,
) -> None:
    assert "Данияр Әлиев" in answers(school, "№2: жолдау: завуч — қарап шығыңызшы")
    assert len(school.letters(DANIYAR, "forward")) == 1
    told = answers(school, "№2: жолдау: полиция")
    assert "Данияр Әлиев" in told and "полиция" in told
    assert len(school.journal.entry(ANONYMOUS).deeds) == 1


def test_a_leave_told_by_mistake_is_taken_back(school: DayAtTheDesk) -> None:
    told = answers(school, "демалыс: 1–15 желтоқсан")
    assert "ҚАТЕ" in told
    school.answers(school.letters(AIGUL, "confirmation")[-1], "ҚАТЕ", AIGUL)
    school.sends()
    assert "Демалысыңыз туралы белгі қайтарып алынды" in text_of(school.letters(AIGUL, "confirmation")[-1])
