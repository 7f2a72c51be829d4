"""The worker against real servers: killed, doubled, ended, and on its server's bad days."""

import os
import signal
import subprocess
import sys
import time

from intake.config import load
from journal.book import Journal
from tests.school import SchoolUnderTest, at, plain_letter

# Runs one verb with an edge that kills the process at the worst moment: a power cut has no test hook.
KILLED_BEFORE_FILING = """
import os, signal, sys
from intake.mailbox import Mailbox
from intake.cli import main
filed = Mailbox.file
def cut(self, plan):
    if any(plan.values()):
        os.kill(os.getpid(), signal.SIGKILL)
    filed(self, plan)
Mailbox.file = cut
main(sys.argv[1:])
"""
KILLED_AFTER_SUBMITTING = """
import os, signal, sys
import intake.send
from intake.cli import main
submit = intake.send.submit
def cut(*args, **kwargs):
    submit(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
intake.send.submit = cut
main(sys.argv[1:])
"""


SIGNED = "=?utf-8?b?0JzQsNGA0LjRjyDQn9C10YLRgNC+0LLQsA==?="
# A name that no server makes a folder of: its parts would leave the mailbox.
FOLDERS = '  folders: {journaled: "../../nowhere"}\nsubmission:'


def killed(school: SchoolUnderTest, code: str, *words: str) -> None:
    config = str(school.folder / "config.yaml")
    done = subprocess.run(
        [sys.executable, "-c", code, "--config", config, *words], cwd=school.folder, check=False
    )
    assert done.returncode == -signal.SIGKILL


def test_a_pull_killed_between_commit_and_filing_leaves_one_entry(school: SchoolUnderTest) -> None:
    school.write(plain_letter("Жасырын\n\nАсханадағы тамақ суық."))
    school.box_holds(1)
    killed(school, KILLED_BEFORE_FILING, "pull")
    assert len(school.inbox()) == 1, "the server is touched last"
    assert [entry["number"] for entry in school.entries()] == [1]
    school.senim("pull")
    assert school.inbox() == []
    assert [entry["number"] for entry in school.entries()] == [1]


def test_a_sender_killed_after_the_server_took_a_letter_sends_the_same_one_again(
    school: SchoolUnderTest,
) -> None:
    killed(school, KILLED_AFTER_SUBMITTING, "send", "--now", at("15:00"))
    school.senim("send", "--now", at("15:30"))
    for reader in school.readers:
        school.mail.wait_for(reader.address, 1)
        assert len({letter["Message-ID"] for letter in school.letters(reader, "daily")}) == 1


def test_two_workers_at_once_record_each_letter_once(school: SchoolUnderTest) -> None:
    for n in range(12):
        school.write(plain_letter(f"Пишу анонимно. На лестнице темно, этаж {n}."))
    school.box_holds(12)
    workers = [school.start("pull") for _ in range(3)]
    for worker in workers:
        assert worker.wait(60) == 0, worker.communicate()
    school.senim("pull")
    assert [entry["number"] for entry in school.entries()] == list(range(1, 13))
    assert school.inbox() == []


def test_sigterm_ends_the_worker_within_ten_seconds(school: SchoolUnderTest) -> None:
    school.write(plain_letter("Жасырын\n\nДәретханада жарық жоқ."))
    school.box_holds(1)
    worker = school.start("run")
    school.mail.wait_for(school.box.address, 0)
    until = time.monotonic() + 30
    while school.inbox() and time.monotonic() < until:
        time.sleep(0.2)
    os.kill(worker.pid, signal.SIGTERM)
    assert worker.wait(10) == 0
    assert len(school.entries()) == 1


def test_letters_that_found_no_server_leave_later_and_say_so(school: SchoolUnderTest) -> None:
    config = school.folder / "config.yaml"
    text = config.read_text()
    config.write_text(text.replace(f"port: {school.box.submission.port}", "port: 1"))
    said = school.senim("send", "--now", at("15:00"))  # deferred is no trouble: it stays owed
    assert "the server could not be reached" in said
    config.write_text(text)
    school.senim("send", "--now", at("15:45"))
    for reader in school.readers:
        school.mail.wait_for(reader.address, 1)
    (letter,) = school.letters(school.pedagogue, "daily")
    assert "опозданием" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_letter_that_cannot_be_read_is_held_and_the_others_go_on(school: SchoolUnderTest) -> None:
    school.write(plain_letter("Жасырын\n\nБірінші хат."))
    bomb = b"From: x@y.example\r\nSubject: x\r\n" + b"X-A: 1\r\n" * 400 + b"\r\ntext\r\n"
    school.mail.deliver(bomb, school.box.address)
    school.write(plain_letter("Жасырын\n\nЕкінші хат."))
    school.box_holds(3)
    school.senim("pull")
    assert len(school.entries()) == 2
    assert len(school.mail.messages(school.box.address, "Senim/Held")) == 1
    assert "1" in school.senim("held", "list")


def test_a_folder_that_takes_nothing_stops_no_other_letter(school: SchoolUnderTest) -> None:
    config = school.folder / "config.yaml"
    text = config.read_text()
    config.write_text(text.replace("submission:", FOLDERS, 1))
    signed = plain_letter("Прошу разобраться.", sender=f"{SIGNED} <m@family.example>")
    school.write(signed)
    school.box_holds(1)
    said = school.senim("pull", code=1)
    assert "not filed" in said
    school.write(plain_letter("Жасырын\n\nКелесі хат."))
    school.box_holds(2)
    school.senim("pull", code=1)
    assert [entry["number"] for entry in school.entries()] == [1, 2]
    assert len(school.inbox()) == 1, "the anonymous one was destroyed all the same"
    config.write_text(text)
    school.senim("pull")
    assert school.inbox() == []
    assert len(school.entries()) == 2


def test_a_held_letter_that_was_let_in_leaves_the_mailbox_with_the_next_pull(school: SchoolUnderTest) -> None:
    school.write(b"X-Spam-Flag: YES\r\n" + plain_letter("Жасырын\n\nМені ұрады."))
    school.box_holds(1)
    school.senim("pull")
    school.box_holds(1, "Senim/Held")
    school.senim("held", "release", "1")
    assert school.entries()[0]["anonymous"]
    school.senim("pull")
    assert school.mail.messages(school.box.address, "Senim/Held") == []
    assert len(school.entries()) == 1
    (config,) = load(school.folder / "config.yaml")
    with Journal.open(config.journal_url, config.journal_key()) as journal:
        assert list(journal.held_to_remove()) == [], "its bytes are forgotten with the server's copy"


def test_a_heartbeat_that_cannot_be_written_does_not_end_the_worker(school: SchoolUnderTest) -> None:
    config = school.folder / "config.yaml"
    config.write_text(config.read_text() + "heartbeat_file: config.yaml/heartbeat\n")
    school.write(plain_letter("Жасырын\n\nДәретханада жарық жоқ."))
    school.box_holds(1)
    worker = school.start("run")
    assert worker.stderr is not None
    # The lines end with the worker, if it should end.
    assert any("heartbeat_file cannot be written" in line for line in worker.stderr)
    worker.terminate()
    worker.communicate(timeout=10)
    assert worker.returncode == 0
    assert len(school.entries()) == 1
