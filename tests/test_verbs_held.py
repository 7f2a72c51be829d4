"""Held messages on the command line: looked at without their sender, let in, or put down as nothing."""

import json
import re
from pathlib import Path

from intake.verbs.held import REASONS
from tests.command import Senim, open_journal


def test_those_that_wait_are_listed_with_their_reasons(senim: Senim, begun: Path) -> None:
    said = senim("held", "list")
    assert [line.split()[:3:2] for line in said.out.splitlines()[1:]] == [
        ["1", "list-or-bulk"],
        ["2", "too-large"],
    ]
    told = json.loads(senim("held", "list", "--json").out)
    assert [one["size"] for one in told] == [told[0]["size"], 70_000_000]


def test_a_preview_has_the_words_and_not_the_sender(senim: Senim, begun: Path) -> None:
    for words in (("held", "show", "1"), ("held", "show", "1", "--json")):
        said = senim(*words)
        assert said.status == 0
        assert "A text." in said.out
        assert "mailing list" in said.out
        assert "secret@family.example" not in said.out
        assert "Secret" not in said.out
        assert "\x1b" not in said.out


def test_looking_at_one_leaves_a_line_in_the_history(senim: Senim, begun: Path) -> None:
    def events() -> int:
        with open_journal(begun) as journal:
            return journal.verify().events

    before = events()
    senim("held", "show", "1")
    assert events() == before + 1


def test_one_that_is_too_large_is_shown_without_its_text(senim: Senim, begun: Path) -> None:
    said = senim("held", "show", "2")
    assert said.status == 0
    assert "70000000 bytes" in said.out


def test_one_is_let_in_as_an_appeal_once(senim: Senim, begun: Path) -> None:
    said = senim("held", "release", "1")
    assert said.status == 0
    assert "№ 3" in said.out
    with open_journal(begun) as journal:
        assert "A text." in journal.entry(3).text
    again = senim("held", "release", "1")
    assert again.status == 1
    assert "held list" in again.err
    with open_journal(begun) as journal:
        assert journal.last_number() == 3


def test_one_that_is_too_large_is_not_let_in(senim: Senim, begun: Path) -> None:
    said = senim("held", "release", "2")
    assert said.status == 1
    assert "held discard 2" in said.err


def test_one_that_is_nothing_waits_no_longer(senim: Senim, begun: Path) -> None:
    assert senim("held", "discard", "2", "--reason", "advertising").status == 0
    assert "too-large" not in senim("held", "list").out
    assert "discarded" in senim("held", "list", "--all").out
    assert senim("held", "release", "2").status == 1


def test_an_id_that_is_not_there_is_told(senim: Senim, begun: Path) -> None:
    for verb in ("show", "release", "discard"):
        said = senim("held", verb, "99")
        assert said.status == 1
        assert "senim held list" in said.err


def test_every_reason_to_hold_a_readable_message_has_words() -> None:
    intake = Path(__file__).parents[1] / "intake"
    written = "".join(file.read_text() for file in intake.glob("*.py"))
    codes = {*re.findall(r'held\("([a-z-]+)"\)', written)}
    codes |= {*re.findall(r'return "([a-z-]+)"', (intake / "authentication.py").read_text())}
    assert len(codes) > 8
    assert codes <= set(REASONS)
