"""A disk dies and a backup is put back: what becomes of letters, of numbers and of the mail of the staff."""

import pytest

from tests import invariants
from tests.desk import text_of
from tests.tried import Tried

pytestmark = [pytest.mark.real, pytest.mark.soak]


def test_after_a_restore_nothing_is_lost_that_the_mailbox_still_has_and_no_number_is_given_twice(
    tried: Tried,
) -> None:
    school = tried.school
    (known,) = tried.receives("signed")
    tried.recovers()
    school.senim("backup", "copy.age")
    lost, held, gone = tried.receives("signed", "held", "anonymous")
    tried.recovers()
    tried.sends()
    for reader in school.readers:
        school.mail.wait_for(reader.address, 1)
    for file in school.folder.glob("journal.db*"):
        file.unlink()

    assert "--next-number 2" in school.senim("restore", "copy.age", code=1)
    school.senim("restore", "copy.age", "--next-number", "4")  # the letters told of № 1, 2 and 3
    with school.mail._client(school.box.address) as client:
        for place in ("Senim.Journaled", "Senim.Held"):
            client.select_folder(place)
            client.move(client.search(), "INBOX")  # as docs/setup.md says
    (new,) = tried.receives("signed")
    tried.pulls()

    with invariants.open_journal(school) as journal:
        found = invariants.kept(journal, tried.delivered)
        assert [found[mark] for mark in (known, lost, held, new)] == [1, 1, 1, 1]
        assert found[gone] == 0, "of what was anonymous the mailbox has kept nothing"
        assert [entry.number for entry in journal.entries()] == [1, 4, 5]
        assert journal.verify().ok
    assert school.inbox() == []

    tried.sends("15:10")
    for reader in school.readers:
        school.mail.wait_for(reader.address, 3)  # the day's letter once more, and what happened
        (told,) = school.letters(reader, "notice")
        assert "№2–3" in text_of(told)
    tried.sends("15:20")
    assert {len(school.letters(reader)) for reader in school.readers} == {3}
