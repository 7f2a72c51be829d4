"""A link of our letter, tapped on a phone, by real servers: nothing but its address and the words typed."""

from datetime import datetime

import pytest

from intake.pull import pull
from intake.reader import Reader
from intake.send import send
from tests.command import config_of, open_journal
from tests.school import SchoolUnderTest, at, plain_letter
from tests.tapping import html_of, link_of, tapped

pytestmark = pytest.mark.real


def test_a_reply_by_a_link_arrives_and_counts(school: SchoolUnderTest, reader: Reader) -> None:
    aigul, config = school.psychologist, config_of(school.folder)
    for text in ("Дәлізде бізді итереді.", "Асханада кезек ұзақ."):
        school.write(plain_letter(f"Жасырын\n\n{text}"))
    school.box_holds(2)
    pull(config, datetime.fromisoformat(at("14:00")), reader=reader)
    send(config, datetime.fromisoformat(at("15:00")))
    school.mail.wait_for(aigul.address, 1)
    (letter,) = school.letters(aigul, "daily")

    written = tapped(link_of(html_of(letter), 2), "", aigul.address)
    written.set_content("кезекшілік күшейтілді\n")  # without the number that stood there
    school.mail.submit(written, aigul.address, [str(written["To"])], login=aigul.address)
    school.box_holds(1)
    pull(config, datetime.fromisoformat(at("16:00")), reader=reader)
    with open_journal(school.folder) as journal:
        assert [one.text for one in journal.entry(2).measures] == ["кезекшілік күшейтілді"]
        assert not journal.entry(1).measures
    assert school.inbox() == []
