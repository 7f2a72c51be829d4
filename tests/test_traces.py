"""What is left to be seen without the key: by somebody at the school who looks at the server's files."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time

import pytest
from sqlalchemy import DateTime, select

from intake.form import FormFields, write_form
from intake.telling import are_over, has_begun, owe_unread
from journal.book import Journal
from journal.columns import Moment
from journal.condition import Trouble
from journal.model import HeldState, Role
from journal.tables import fingerprints, held, letters, metadata, troubles
from reports.school import StaffMember
from tests import marked_letters
from tests.command import ARUZHAN, HER_MOTHER, TERM
from tests.desk import AIGUL, YERLAN, DayAtTheDesk
from tests.moments import A_MOMENT
from tests.school import ALMATY, SchoolUnderTest, at, plain_letter, reply_to
from tests.test_mailroom import INBOX_41

NURLAN = StaffMember(name="Нұрлан", address="it@school.example", role=Role.ADMINISTRATOR, language="ru")


def marks(journal: Journal) -> Iterator[str]:
    with journal.store.reading() as connection:
        for row in connection.execute(
            select(fingerprints.c.identity, fingerprints.c.whole, fingerprints.c.words)
        ):
            yield from (mark for mark in row if mark)


def test_a_page_sent_twice_once_signed_and_once_not_leaves_two_rows_with_nothing_in_common(
    journal: Journal,
) -> None:
    journal.record(HER_MOTHER, identity="<one@page>")
    journal.record(replace(HER_MOTHER, applicant=None), identity="<one@page>")
    journal.record(ARUZHAN, identity="<one@page>")
    found = list(marks(journal))
    assert len(found) == len(set(found)) == 9
    assert journal.record(ARUZHAN, identity="<one@page>").repeat  # and a repeat is still known


def test_an_appeal_that_was_held_is_not_tied_to_its_place_in_the_mail_server_s_log(journal: Journal) -> None:
    number = journal.hold(INBOX_41, reason="spam-marked", raw=b"raw", size=4711, on=TERM.received_on)
    journal.settle_held(number, HeldState.RELEASED, on=TERM.received_on, reason="released")
    journal.held_removed(number)
    with journal.store.reading() as connection:
        row = connection.execute(select(held)).one()
    assert (row.raw, row.uid, row.uidvalidity, row.size) == (None, 0, 0, 0)


def test_only_our_own_letters_and_faults_of_machines_have_a_time_of_day() -> None:
    timed = {
        column.table.name
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Moment | DateTime)
    }
    assert timed == {letters.name, troubles.name}


@pytest.mark.decides
def test_once_all_letters_have_left_no_row_says_at_which_hour_anything_was(day: DayAtTheDesk) -> None:
    """Else the events before and after a recorded appeal would say between which hours it came."""
    day.school = replace(day.school, administrator=NURLAN)
    day.arrives(marked_letters.plain_letter())
    day.at(12, 34).arrives(b"X-A: 1\r\n" * 4_000 + b"\r\nx")
    owe_unread(day.journal, day.school, day.now)
    day.at(15).sends()
    (daily,) = day.letters(YERLAN, "daily")
    day.at(15, 47).answers(daily, "№1: поговорили\nфайл 1", YERLAN)
    day.at(15, 48).answers(daily, "№1: необоснованно", YERLAN)
    day.arrives(reply_to(daily, "№1: түсінікті", "stranger@family.example"))
    has_begun(day.journal, day.school, Trouble.DISK, day.now)
    has_begun(day.journal, day.school, Trouble.DISK, day.at(15, 52).now)
    are_over(day.journal, day.school, [Trouble.DISK], day.at(15, 53).now)
    day.sends()
    kinds = {str(one["X-Senim-Letter"]) for member in (YERLAN, AIGUL, NURLAN) for one in day.letters(member)}
    assert kinds >= {"daily", "confirmation", "files", "echo", "refusal", "notice"}
    timed = [(name, column, value) for name, column, value in cells(day.journal) if has_an_hour(value)]
    assert {(name, column, value) for name, column, value in timed if column != "due_at"} == set()
    assert {value for _, _, value in timed} == {day.at(15).now}  # of the daily letters: everybody knows that


def cells(journal: Journal) -> Iterator[tuple[str, str, object]]:
    with journal.store.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                yield from ((table.name, column, value) for column, value in row.items())


def has_an_hour(value: object) -> bool:
    """A moment other than the midnight with which a day of the school begins; or one that is written out."""
    if isinstance(value, datetime):
        return value.astimezone(ALMATY).time() != time()
    return isinstance(value, str) and bool(re.search(r"\b\d\d:\d\d|T\d{4}", value))


@pytest.mark.real
def test_the_worker_s_log_has_no_line_for_an_anonymous_appeal(school: SchoolUnderTest) -> None:
    fields = FormFields(text="Мені ренжітеді.", language="kk")
    page = write_form(fields, (), box=school.box.address, submission_id="0f" * 16, now=A_MOMENT)
    spam = b"X-Spam-Flag: YES\r\n" + plain_letter("Сәлем!")
    for letter in (page.as_bytes(), spam):
        school.mail.append(letter, school.box.address)
    worker = school.start("run")
    school.box_holds(1, "Senim/Held")
    worker.terminate()
    _, logged = worker.communicate(timeout=30)
    # A held one may be let in as an anonymous appeal afterwards: no line tells of it either.
    assert not [line for line in logged.splitlines() if "uid" in line or "held" in line]
    assert "recorded" not in logged
    assert len(school.entries()) == 1
    school.senim("pull", "--now", at("10:00"))


def test_a_crash_writes_no_core_file() -> None:
    ask = "import resource; from intake.cli import main; main(['--config', 'none', 'letters', 'list'])"
    ask += "; print(resource.getrlimit(resource.RLIMIT_CORE))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout == "(0, 0)\n"
