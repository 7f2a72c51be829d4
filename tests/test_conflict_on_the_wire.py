"""An appeal that names a reader, from the family's mail program to three mailboxes, over Exim and Dovecot."""

import pytest

from tests.command import Senim, open_journal
from tests.desk import text_of
from tests.school import SchoolUnderTest, at, plain_letter, reply_to

pytestmark = pytest.mark.real

SECRET = "мені оңаша қалдырып қорқытады"


def test_the_reader_whom_an_appeal_names_gets_nothing_of_it_and_the_others_all(
    school: SchoolUnderTest, senim: Senim
) -> None:
    config = ("--config", str(school.folder / "config.yaml"))
    school.write(plain_letter("Жасырын\n\nСпортзал суық."))
    school.write(plain_letter(f"Жасырын\n\nЕрлан Маратовтан қорқамын, {SECRET}."))
    school.box_holds(2)
    assert senim(*config, "pull", "--now", at("14:50")).status == 0
    assert senim(*config, "send", "--now", at("15:00")).status == 0
    for reader in school.readers:
        school.mail.wait_for(reader.address, 1)
    (whole,) = school.letters(school.psychologist, "daily")
    assert SECRET in text_of(whole) and "Ерлан Маратов" in text_of(whole)
    (short,) = school.letters(school.deputy, "daily")
    assert "Ерлан Маратов" in text_of(short)

    (his,) = school.letters(school.pedagogue)
    assert "1 новое" in str(his["Subject"]) and "Спортзал" in text_of(his)
    assert not any(words in text_of(his) + his.as_string() for words in (SECRET, "қорқамын", "Маратовтан"))

    school.write(reply_to(his, "№1: шара\n№2: шара\nфайл 1, 2", school.pedagogue.address))
    school.box_holds(1)
    assert senim(*config, "pull", "--now", at("15:20")).status == 0
    with open_journal(school.folder) as journal:
        taken = {SECRET in entry.text: len(entry.measures) for entry in journal.entries()}
    assert taken == {True: 0, False: 1}
