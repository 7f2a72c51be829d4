"""Pull the plug at every point, on a real Dovecot and Exim: nothing is lost, nothing comes twice."""

import random
import signal
import subprocess
import sys

import pytest

from tests.school import SchoolUnderTest, at, plain_letter, reply_to

SIGNED = "=?utf-8?b?0JzQsNGA0LjRjyDQn9C10YLRgNC+0LLQsA==?= <m@family.example>"
SAMPLE = random.Random(2026).sample(range(2, 40), 3)


def killed_at(school: SchoolUnderTest, n: int, *words: str) -> bool:
    """Run a verb that dies at the n-th point. False: it came to its end before that point."""
    command = [sys.executable, "-m", "tests.kill_points", str(n)]
    config = ["--config", str(school.folder / "config.yaml")]
    done = subprocess.run([*command, *config, *words], check=False, capture_output=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode != 0


def a_whole_day_with_a_kill_at(school: SchoolUnderTest, n: int) -> bool:
    """Three letters, the 15:00 letters, a reply; each verb dies once at its n-th point and is run again."""
    for letter in (
        plain_letter("Жасырын\n\nДәлізде итереді."),
        plain_letter("Прошу разобраться со звонками.", sender=SIGNED),
        b"Precedence: list\r\n" + plain_letter("Рассылка."),
    ):
        school.write(letter)
    school.box_holds(3)
    died = killed_at(school, n, "pull", "--now", at("14:00"))
    school.senim("pull", "--now", at("14:10"))
    assert [entry["number"] for entry in school.entries()] == [1, 2]
    assert school.inbox() == []
    assert len(school.mail.messages(school.box.address, "Senim/Held")) == 1

    died = killed_at(school, n, "send", "--now", at("15:00")) or died
    school.senim("send", "--now", at("15:20"))  # after the dead one's lease
    for reader in school.readers:
        school.mail.wait_for(reader.address, 1)
        assert len({letter["Message-ID"] for letter in school.letters(reader, "daily")}) == 1
    daily = school.letters(school.psychologist, "daily")[0]

    school.write(reply_to(daily, "№1: әңгіме өткізілді", school.psychologist.address))
    school.box_holds(1)
    died = killed_at(school, n, "pull", "--now", at("16:00")) or died
    school.senim("pull", "--now", at("16:10"))
    assert [len(entry["measures"]) for entry in school.entries()] == [1, 0]
    assert school.inbox() == []
    school.senim("journal", "verify")
    return died


@pytest.mark.parametrize("n", SAMPLE)
def test_a_kill_at_a_point_loses_nothing_and_doubles_nothing(school: SchoolUnderTest, n: int) -> None:
    a_whole_day_with_a_kill_at(school, n)


@pytest.mark.soak
@pytest.mark.parametrize("n", range(1, 80))
def test_a_kill_at_every_point_loses_nothing_and_doubles_nothing(school: SchoolUnderTest, n: int) -> None:
    a_whole_day_with_a_kill_at(school, n)


def test_the_points_reach_past_the_end_of_every_verb(school: SchoolUnderTest) -> None:
    """Else the matrix would end before the last point and prove too little."""
    assert not a_whole_day_with_a_kill_at(school, 80)
