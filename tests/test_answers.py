"""The letters that answer a reader say exactly what happened, calmly, and how to go on."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from journal.book import Journal, NoSuchEntry
from journal.database import upgrade
from journal.model import Attachment, DeedKind
from journal.sealing import new_key
from reports.answers import write_files, write_refusal, write_text
from reports.confirmation import write_confirmation
from reports.daily import HTML_LIMIT
from reports.done_words import GONE_OUT
from reports.render import Draft
from reports.slip import read_slip
from tests.staffroom import LANGUAGES, MOTHER, SCHOOL, aigul, an_appeal

PHOTO = Attachment(name="1.jpg", media_type="image/jpeg", content=b"\xff\xd8photo")
MEGABYTE = 1024 * 1024


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    url = f"sqlite:///{tmp_path}/journal.db"
    upgrade(url)
    with Journal.open(url, new_key()) as opened:
        yield opened


def confirmed(language: str = "kk", **data: object) -> Draft:
    return write_confirmation(SCHOOL, aigul(language), data)


def test_a_long_text_comes_whole_with_a_sign_where_the_daily_letter_stopped(journal: Journal) -> None:
    said = " ".join(f"Бұл {n}-сөйлем." for n in range(1, 600))
    journal.record(an_appeal(said, content="Асхана туралы"), identity="")
    draft = write_text(journal, SCHOOL, aigul(), 1)
    assert draft.subject == "Сенім жәшігі: №1 өтініштің толық мәтіні"
    assert "жасырын, 7-сынып" in draft.text
    assert draft.text.count("Күнделікті хат осы жерде үзілген еді. Жалғасы:") == 1
    for form in (draft.text, draft.html):
        assert all(f"Бұл {n}-сөйлем." in form for n in range(1, 600))
    assert draft.attachments == ()


def test_a_long_text_without_a_subject_does_not_say_its_beginning_twice(journal: Journal) -> None:
    said = " ".join(f"Бұл {n}-сөйлем." for n in range(1, 600))
    journal.record(an_appeal(said, content="Бұл 1-сөйлем. Бұл 2-сөйлем."), identity="")
    draft = write_text(journal, SCHOOL, aigul(), 1)
    assert draft.text.count("Бұл 2-сөйлем.") == draft.html.count("Бұл 2-сөйлем.") == 1


def test_a_text_past_every_measure_is_attached_as_a_file(journal: Journal) -> None:
    said = "Сөз & сөз <тағы>. " * 10_000
    journal.record(an_appeal(said, content="Ұзақ"), identity="")
    draft = write_text(journal, SCHOOL, aigul(), 1)
    assert len(draft.html.encode()) < HTML_LIMIT
    assert "толық нұсқасы файл түрінде қоса берілді" in draft.text
    (whole,) = draft.attachments
    assert whole.name == "1.txt"
    assert whole.content.decode() == said.strip()


def test_files_come_with_the_number_in_their_names(journal: Journal) -> None:
    journal.record(an_appeal(attachments=(PHOTO, PHOTO), refused=(".doc",)), identity="")
    draft = write_files(journal, SCHOOL, aigul(), 1)
    assert [one.name for one in draft.attachments] == ["1-1.jpg", "1-1.jpg"]
    assert [one.content for one in draft.attachments] == [PHOTO.content] * 2
    assert "Осы хатқа 2 файл қоса берілді:" in draft.text
    assert "1 файл қабылданбады (.doc)" in draft.text


def test_files_too_large_for_a_letter_are_named_with_the_way_to_get_them(journal: Journal) -> None:
    film = Attachment(name="film.mp4", media_type="video/mp4", content=bytes(18 * MEGABYTE))
    journal.record(an_appeal(applicant=MOTHER, attachments=(film, PHOTO)), identity="")
    draft = write_files(journal, SCHOOL, aigul("ru"), 1)
    assert [one.name for one in draft.attachments] == ["1-1.jpg"]
    assert "Не помещается в письмо: 1-film.mp4." in draft.text
    assert "senim journal attachments 1" in draft.text


def test_an_appeal_without_files_says_so(journal: Journal) -> None:
    journal.record(an_appeal(), identity="")
    draft = write_files(journal, SCHOOL, aigul(), 1)
    assert draft.attachments == ()
    assert "сақталған файлы жоқ" in draft.text


def test_a_number_that_is_not_in_the_journal_is_an_error(journal: Journal) -> None:
    for write in (write_text, write_files):
        with pytest.raises(NoSuchEntry):
            write(journal, SCHOOL, aigul(), 99)


def test_a_confirmation_quotes_exactly_what_was_stored() -> None:
    draft = confirmed(
        stored=[
            {"number": 12, "mark": "жасырын, 7-сынып", "text": "әңгіме өткізілді"},
            {"number": 13, "text": "бірінші жол\nекінші жол"},
        ]
    )
    assert draft.subject == "Сенім жәшігі: №12, 13 — журналға жазылды"
    assert "Рақмет, Айгүл Сейітқызы!" in draft.text
    assert "№12 · жасырын, 7-сынып\n  әңгіме өткізілді\n" in draft.text
    assert "№13\n  бірінші жол\n  екінші жол\n" in draft.text
    assert "бірінші жол<br>екінші жол" in draft.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_understood_is_quoted_with_the_way_to_say_it(language: str) -> None:
    draft = confirmed(
        language, stored=[{"number": 14, "text": "x"}], not_understood=["ертең <b>сөйлесемін</b>"]
    )
    assert "  ертең <b>сөйлесемін</b>\n" in draft.text
    assert "ертең &lt;b&gt;сөйлесемін&lt;/b&gt;" in draft.html
    last = draft.text.strip().splitlines()[-1]
    example = last[last.index("№14") :].split("»")[0].split("”")[0]
    (line,) = read_slip(example).measures
    assert line.numbers == (14,)


def test_unknown_numbers_and_words_of_our_own_are_said() -> None:
    draft = confirmed("ru", unknown=[98, 99], withheld=[12])
    assert draft.subject == "Ящик доверия: ничего не записано"
    assert "Обращений №98, 99 в журнале нет" in draft.text
    assert "№12: эти слова есть в нашем письме" in draft.text


def test_a_request_for_files_alone_is_confirmed() -> None:
    draft = confirmed(files=[12, 13])
    assert draft.subject == "Сенім жәшігі: №12, 13 — файлдары бөлек хатпен келеді"
    assert "Файлдар бөлек хатпен келеді: №12, 13." in draft.text
    assert not any(word in draft.text for word in ("Ештеңе жазылмады", "қабылданған шараны"))


def test_a_long_list_of_what_was_not_understood_is_cut() -> None:
    draft = confirmed(not_understood=["сөз " * 5000] * 50)
    assert len(draft.html.encode()) < HTML_LIMIT
    assert "Тағы 40 жерін түсінбедік." in draft.text


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("other-sender", "басқа мекенжайдан жауап келді"),
        ("no-valid-token", "ешқайсысына жауап емес"),
        ("repeated-from", "көз жеткізе алмадық"),
        ("a-reason-of-tomorrow", "көз жеткізе алмадық"),
    ],
)
def test_a_refusal_is_calm_and_says_what_to_do(reason: str, said: str) -> None:
    draft = write_refusal(SCHOOL, aigul(), {"reason": reason, "on": date(2026, 11, 22).isoformat()})
    assert draft.subject == "Сенім жәшігі: жауап қабылданбады"
    assert said in draft.text
    assert "2026 жылғы 22 қараша" in draft.text
    assert "Журналға ештеңе жазылған жоқ" in draft.text
    assert "құпиясөзін ауыстырыңыз" in draft.text


def test_data_with_nothing_in_it_still_makes_a_letter() -> None:
    assert confirmed().text
    assert write_refusal(SCHOOL, aigul(), {}).text


def test_of_what_leaves_no_day_is_promised_in_which_to_take_it_back() -> None:
    answer = {"number": 3, "mark": "", "kind": DeedKind.ANSWERED, "text": "Рақмет", "done": [{"told": False}]}
    said = confirmed(stored=[answer]).text
    assert "жіберілгенше ғана" in said and "24 сағат" not in said
    said = confirmed(stored=[answer, {**answer, "kind": "", "text": "сөйлестім"}]).text
    assert "24 сағат" in said and "жіберілгенше ғана" not in said


def test_what_has_left_is_told_from_what_was_taken_back_of_the_same_appeal() -> None:
    answer = {"number": 3, "mark": "", "kind": DeedKind.ANSWERED, "text": "Рақмет"}
    said = confirmed(undo=[answer, {**answer, "kind": DeedKind.PASSED_ON, "why": GONE_OUT}])
    assert "№3 (Жолданды): бұл жіберіліп қойған" in said.text
